using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>How the tags and deprecations of a package came out.</summary>
internal sealed record FinishedPackage
{
    public int Changes { get; set; }

    /// <summary>Tags that people or runs here have pointed elsewhere.</summary>
    public List<string> KeptTags { get; } = [];

    public List<Refusal> Refused { get; } = [];
}

/// <summary>What an import looks at of a version that is here; manifests and readmes are large.</summary>
internal sealed record VersionHere(long Id, string Version, string? ImportedFrom, string? Deprecated);

/// <summary>
/// Brings tags and deprecations to what the source has, in one commit after the versions. What people and runs changed here since is left alone.
/// </summary>
internal sealed class FinishPackage(CommitQueue commits)
{
    public Task<FinishedPackage> RunAsync(ImportJob job, SourcePackage source, int imported, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var finished = new FinishedPackage();
            var package = await commit.Db.Packages.AsTracking().SingleOrDefaultAsync(row => row.Name == source.Name.Value, stop);
            if (package is null || package.UnpublishedAt is not null || (await DecideImport.OthersAsync(commit.Db, job, package.Id, stop)).Count > 0)
            {
                return finished;
            }
            if (await Freezes.RefuseAsync(commit.Db, source.Name, stop) is { } frozen)
            {
                finished.Refused.Add(new Refusal(package.Name, frozen.Code, frozen.Text));
                return finished;
            }
            await ChangeAsync(commit, source, package, finished, stop);
            Conclude(commit, job, source, package, finished, imported);
            return finished;
        }, cancellationToken);

    private static async Task ChangeAsync(Commit commit, SourcePackage source, PackageRow package, FinishedPackage finished, CancellationToken cancellationToken)
    {
        var here = await commit.Db.Versions
            .Where(row => row.PackageId == package.Id && row.RemovedAt == null && row.QuarantinedBy == null)
            .Select(row => new VersionHere(row.Id, row.Version, row.ImportedFrom, row.Deprecated))
            .ToDictionaryAsync(row => row.Version, StringComparer.Ordinal, cancellationToken);
        var changed = new ChangedHere(commit.Db, package.Name);
        await new TakeOverTags(commit, package, here, changed).RunAsync(source, finished, cancellationToken);
        foreach (var version in source.Versions)
        {
            if (here.GetValueOrDefault(version.Version.ToString()) is { ImportedFrom: not null } row && row.Deprecated != version.Deprecated
                && !await changed.HasDeprecationAsync(row.Version, cancellationToken))
            {
                await DeprecateAsync(commit, $"{source.Name}@{row.Version}", row.Id, version.Deprecated, cancellationToken);
                finished.Changes++;
            }
        }
    }

    private static async Task DeprecateAsync(Commit commit, string subject, long id, string? message, CancellationToken cancellationToken)
    {
        await commit.Db.Versions.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Deprecated, message), cancellationToken);
        commit.Record(ImportJob.Actor, message is null ? "version.undeprecated" : "version.deprecated", subject, message ?? "");
    }

    private static void Conclude(Commit commit, ImportJob job, SourcePackage source, PackageRow package, FinishedPackage finished, int imported)
    {
        if (imported == 0 && finished.Changes == 0)
        {
            return;
        }
        commit.Record(ImportJob.Actor, "package.imported", package.Name, $"{imported} versions, {finished.Changes} tags and deprecations from {job.Source}");
        package.Revision++;
        package.ModifiedAt = commit.Now;
        commit.Changed(PackageDocuments.ChangeKey(source.Name));
    }
}
