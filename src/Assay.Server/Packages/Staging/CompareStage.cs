using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>What a stage changes against the version before it; null when there is none, and everything is new.</summary>
internal sealed record StageDifference(StageRow Stage, string? Against, ContentsDifference Contents);

/// <summary>Compares a stage with what those who install its package have now.</summary>
internal sealed class CompareStage(RegistryDbSource source, TarballContentsReader contents)
{
    public async Task<(StageDifference? Difference, Denial? Denial)> RunAsync(StageRow stage, CancellationToken cancellationToken)
    {
        if (stage.TakenVersion is null)
        {
            return (null, WaitingStages.Over(stage.StageId));
        }
        var before = await BeforeAsync(stage, cancellationToken);
        if (await contents.ListAsync(BlobKey.FromSha512(stage.Sha512), cancellationToken) is not { } now)
        {
            return (null, BrowseVersion.Unreadable(stage.PackageName, stage.Version));
        }
        var then = before is { } version ? await contents.ListAsync(BlobKey.FromSha512(version.Sha512), cancellationToken) : VersionListing.Empty;
        return then is null
            ? (null, BrowseVersion.Unreadable(stage.PackageName, before!.Value.Version))
            : (new StageDifference(stage, before?.Version, ContentsDifference.Between(then, now)), null);
    }

    /// <summary>What the stage's tag points to, or else <c>latest</c>: what those who install it have now.</summary>
    private async Task<(string Version, byte[] Sha512)?> BeforeAsync(StageRow stage, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var tags = await db.DistTags
            .Where(row => db.Packages.Any(package => package.Id == row.PackageId && package.Name == stage.PackageName) && (row.Tag == stage.Tag || row.Tag == "latest"))
            .Join(db.Versions.Where(row => row.RemovedAt == null && row.QuarantinedBy == null), tag => new { tag.PackageId, tag.Version }, row => new { row.PackageId, row.Version },
                (tag, row) => new { tag.Tag, row.Version, row.Sha512 })
            .ToListAsync(cancellationToken);
        var found = tags.Find(tag => tag.Tag == stage.Tag) ?? tags.FirstOrDefault();
        return found is null ? null : (found.Version, found.Sha512);
    }
}
