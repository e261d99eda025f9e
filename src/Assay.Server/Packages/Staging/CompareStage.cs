using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>What a stage changes against the version before it; null when there is none, and everything is new.</summary>
internal sealed record StageDifference(StageRow Stage, string? Against, ContentsDifference Contents, ComparedTarball Before, ComparedTarball Now);

/// <summary>Compares a stage with what those who install its package have now.</summary>
internal sealed class CompareStage(RegistryDbSource source, TarballContentsReader contents, CompareFile compare)
{
    public async Task<(StageDifference? Difference, Denial? Denial)> RunAsync(StageRow stage, CancellationToken cancellationToken)
    {
        if (stage.TakenVersion is null)
        {
            return (null, WaitingStages.Over(stage.StageId));
        }
        var before = await BeforeAsync(stage, cancellationToken);
        var (key, keyBefore) = (BlobKey.FromSha512(stage.Sha512), before is { } known ? BlobKey.FromSha512(known.Sha512) : (BlobKey?)null);
        if (await contents.ListAsync(key, cancellationToken) is not { } now)
        {
            return (null, BrowseVersion.Unreadable(stage.PackageName, stage.Version));
        }
        var then = keyBefore is { } earlier ? await contents.ListAsync(earlier, cancellationToken) : VersionListing.Empty;
        return then is null
            ? (null, BrowseVersion.Unreadable(stage.PackageName, before!.Value.Version))
            : (new StageDifference(stage, before?.Version, ContentsDifference.Between(then, now), new ComparedTarball(keyBefore, then), new ComparedTarball(key, now)), null);
    }

    /// <summary>The lines of the first files that differ, as far as they can be read.</summary>
    public async Task<IReadOnlyList<FileDifference>> FilesAsync(StageDifference difference, int most, CancellationToken cancellationToken)
    {
        List<FileDifference> files = [];
        foreach (var change in difference.Contents.Files.Take(most))
        {
            if (await compare.RunAsync(difference.Before, difference.Now, change, cancellationToken) is { } file)
            {
                files.Add(file);
            }
        }
        return files;
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
