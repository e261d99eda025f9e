using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Upstream.Advisories.Osv;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary>Takes over a dump of advisories in place of the one before, which answers until this one is whole.</summary>
internal sealed class ImportAdvisories(RegistryDbSource source, CommitQueue commits, TimeProvider time)
{
    private const int Together = 500;
    private const string AnotherRan = "Another import ran at the same time, on another node perhaps. Nothing of this one is shown; run it again.";

    // One at a time on this node; two nodes at once collide on the rows' unique keys.
    private int atWork;

    public async Task<ProgressOutcome> RunAsync(string path, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref atWork, 1) == 1)
        {
            return ProgressOutcome.Failed("Another import is at work. Wait for its end.");
        }
        try
        {
            return await ImportAsync(path, progress, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return ProgressOutcome.Failed($"{path} cannot be read to its end: {failure.Message} What was imported before stays.");
        }
        catch (DbUpdateException failure) when (Conflicts.IsRetryable(failure))
        {
            return ProgressOutcome.Failed(AnotherRan);
        }
        finally
        {
            Volatile.Write(ref atWork, 0);
        }
    }

    private async Task<ProgressOutcome> ImportAsync(string path, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var before = await NewestAsync(cancellationToken);
        // What an interrupted import left.
        await ForgetOthersAsync(before, cancellationToken);
        var (number, tally) = (before + 1, new ImportTally(time.GetUtcNow()));
        await WriteAsync(number, new OsvDump(path), tally, progress, cancellationToken);
        if (tally.Advisories == 0)
        {
            var lines = string.Join(' ', tally.Lines().Skip(1));
            return ProgressOutcome.Failed($"{path} has no advisory about npm packages. What was imported before stays. {lines}".TrimEnd());
        }
        if (!await ShowAsync(number, path, tally, cancellationToken))
        {
            return ProgressOutcome.Failed(AnotherRan);
        }
        await ForgetOthersAsync(number, cancellationToken);
        return ProgressOutcome.Done([.. tally.Lines()]);
    }

    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await AdvisoryGeneration.NewestAsync(db, cancellationToken))?.Id ?? 0;
    }

    private async Task WriteAsync(long number, OsvDump dump, ImportTally tally, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        List<OsvAdvisory> batch = [];
        var entries = 0L;
        await foreach (var entry in dump.ReadAsync(cancellationToken))
        {
            progress.Report(new Progress(++entries, null, "advisories"));
            if (tally.Take(entry) is { } advisory)
            {
                batch.Add(advisory);
            }
            if (batch.Count >= Together)
            {
                await WriteAsync(number, batch, cancellationToken);
                batch.Clear();
            }
        }
        await WriteAsync(number, batch, cancellationToken);
    }

    private Task<bool> WriteAsync(long number, IReadOnlyList<OsvAdvisory> batch, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (await IsShownAsync(commit.Db, number, stop))
            {
                return false;
            }
            commit.Db.Advisories.AddRange(batch.SelectMany(advisory => advisory.Ranges.Select(package => new AdvisoryRow
            {
                Import = number,
                Advisory = advisory.Id,
                Package = package.Key,
                VulnerableVersions = package.Value,
                Json = advisory.Json,
            })));
            return true;
        }, cancellationToken);

    private Task<bool> ShowAsync(long number, string path, ImportTally tally, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (!await IsWholeAsync(commit.Db, number, tally.Rows, stop))
            {
                return false;
            }
            commit.Db.AdvisoryImports.Add(
                new AdvisoryImportRow { Id = number, Source = path, Advisories = tally.Advisories, KnownUntil = tally.KnownUntil, At = commit.Now });
            commit.Changed(KnownMalware.ChangeKey);
            commit.Record(Actor.Operator, "advisories.imported", path, $"{tally.Advisories} advisories, known until {tally.KnownUntil:u}");
            return true;
        }, cancellationToken);

    // Another node's import may have taken the number, or rows for the leavings of an interrupted one.
    private static async Task<bool> IsWholeAsync(RegistryDb db, long number, long rows, CancellationToken cancellationToken) =>
        !await IsShownAsync(db, number, cancellationToken) && await db.Advisories.LongCountAsync(row => row.Import == number, cancellationToken) == rows;

    private static Task<bool> IsShownAsync(RegistryDb db, long number, CancellationToken cancellationToken) =>
        db.AdvisoryImports.AnyAsync(row => row.Id >= number, cancellationToken);

    private async Task ForgetOthersAsync(long number, CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            forgotten = await commits.RunAsync(
                async (commit, stop) => await IsShownAsync(commit.Db, number + 1, stop) ? 0 : await SomeOthers(commit.Db).ExecuteDeleteAsync(stop), cancellationToken);
        }
        while (forgotten > 0);

        IQueryable<AdvisoryRow> SomeOthers(RegistryDb db) => db.Advisories.Where(row => row.Import != number).OrderBy(row => row.Id).Take(Together);
    }
}
