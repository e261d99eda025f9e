using Assay.Npm;
using Assay.Server.Data;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>Imports one package, its versions in the order of their times. What is wrong with one of them is reported, and the next one comes.</summary>
internal sealed class ImportPackage(ImportVersion import, FinishPackage finish, RegistryDbSource source)
{
    public async Task<PackageReport> RunAsync(ImportJob job, IImportSource from, string name, CancellationToken cancellationToken)
    {
        var report = new PackageReport(Printable.Value(name));
        if (!PackageName.TryParse(name, out var parsed))
        {
            report.Refuse("invalid-name", "It is not a package name.");
            return report;
        }
        try
        {
            await RunAsync(job, from, await from.ReadAsync(parsed, cancellationToken), report, cancellationToken);
        }
        catch (SourceFailure failure)
        {
            report.Refuse(failure.Code, failure.Message);
        }
        return report;
    }

    private async Task RunAsync(ImportJob job, IImportSource from, SourcePackage package, PackageReport report, CancellationToken cancellationToken)
    {
        report.Refused.AddRange(package.Unreadable);
        foreach (var version in package.Versions)
        {
            await VersionAsync(job, from, package, version, report, cancellationToken);
        }
        if (!job.IsDryRun)
        {
            var finished = await finish.RunAsync(job, package, report.Imported.Count, cancellationToken);
            report.Changes = finished.Changes;
            report.KeptTags.AddRange(finished.KeptTags);
            report.Refused.AddRange(finished.Refused);
        }
        report.Strangers.AddRange(await StrangersAsync(package, cancellationToken));
    }

    private async Task VersionAsync(
        ImportJob job, IImportSource from, SourcePackage package, SourceVersion version, PackageReport report, CancellationToken cancellationToken)
    {
        var subject = $"{package.Name}@{version.Version}";
        try
        {
            switch (await import.RunAsync(job, from, package, version, cancellationToken))
            {
                case ImportDecision.Allowed:
                    report.Imported.Add(version.Version.ToString());
                    break;
                case ImportDecision.Here:
                    report.Here++;
                    break;
                case ImportDecision.Refused refused:
                    report.Refused.Add(new Refusal(subject, refused.Code, refused.Text));
                    break;
            }
        }
        catch (SourceFailure failure)
        {
            report.Refused.Add(new Refusal(subject, failure.Code, failure.Message));
        }
    }

    private async Task<List<string>> StrangersAsync(SourcePackage package, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var people = await db.People.Where(row => package.Maintainers.Contains(row.Name)).Select(row => row.Name).ToListAsync(cancellationToken);
        return [.. package.Maintainers.Except(people, StringComparer.Ordinal).Select(Printable.Value)];
    }
}
