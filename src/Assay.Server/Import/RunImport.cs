using System.Collections.Concurrent;
using Assay.Server.Answers;
using Microsoft.Extensions.Options;

namespace Assay.Server.Import;

/// <summary>An import from its beginning to its report. What it stored stays whatever happens to it, and another run goes on from there.</summary>
internal sealed partial class RunImport(
    OpenSource open, BeginImport begin, ImportPackage import, IOptions<ImportOptions> options, TimeProvider time, ILogger<RunImport> logger)
{
    public async Task<ProgressOutcome> RunAsync(ImportRequest request, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var source = open.Run(request);
            using var file = request.ReportFile is { } path ? ReportFile.Open(path) : null;
            var job = await begin.RunAsync(request, source, cancellationToken);
            var report = await ReportAsync(request, job, source, progress, cancellationToken);
            if (file is not null)
            {
                await file.WriteAsync(report.ToJson(time.GetUtcNow()), cancellationToken);
            }
            return report.Stopped is { } why ? ProgressOutcome.Failed(why) : new ProgressOutcome(ImportSummary.Of(report), Fails: report.Refused.Any());
        }
        catch (SourceFailure failure)
        {
            return ProgressOutcome.Failed(failure.Message);
        }
    }

    private async Task<ImportReport> ReportAsync(
        ImportRequest request, ImportJob job, IImportSource source, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var (began, done) = (time.GetUtcNow(), new ConcurrentBag<PackageReport>());
        var (names, stopped) = (new SourceNames([]), (string?)null);
        try
        {
            names = await source.ListAsync(request.Names, progress, cancellationToken);
            await EachAsync(job, source, names.Names, done, progress, cancellationToken);
        }
        catch (Exception failure) when (failure is not (SourceFailure or OperationCanceledException))
        {
            Stopped(failure, source.Name);
            stopped = $"The import stopped after {done.Count} of {names.Names.Count} packages: {failure.Message} What was imported stays; run it again to go on.";
        }
        return new ImportReport(source.Name, job.IsDryRun, began)
        {
            FoundBy = names.FoundBy,
            Packages = [.. done.OrderBy(package => package.Name, StringComparer.Ordinal)],
            Unreadable = names.Unreadable,
            Stopped = stopped,
        };
    }

    private Task EachAsync(
        ImportJob job, IImportSource source, IReadOnlyList<string> names, ConcurrentBag<PackageReport> done, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new Progress(0, names.Count, "packages"));
        var together = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallel, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(names, together, async (name, stop) =>
        {
            done.Add(await import.RunAsync(job, source, name, stop));
            progress.Report(new Progress(done.Count, names.Count, "packages"));
        });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An import from {Source} stopped")]
    private partial void Stopped(Exception failure, string source);
}
