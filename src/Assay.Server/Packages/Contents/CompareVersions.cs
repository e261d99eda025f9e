using Assay.Npm;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>What one version of a package changes against another.</summary>
internal sealed record VersionDifference(BrowsedVersion Before, BrowsedVersion Now, ContentsDifference Contents);

/// <summary>Compares two versions of a package that the caller may read, whichever of them is older.</summary>
internal sealed class CompareVersions(BrowseVersion browse, CompareFile compare)
{
    public async Task<(VersionDifference? Difference, Denial? Denial)> RunAsync(
        PackageName name, string before, string now, Caller caller, CancellationToken cancellationToken)
    {
        var (then, missingThen) = await browse.FindAsync(name, before, caller, cancellationToken);
        if (then is null)
        {
            return (null, missingThen);
        }
        var (later, missingNow) = await browse.FindAsync(name, now, caller, cancellationToken);
        return later is null ? (null, missingNow) : (new VersionDifference(then, later, ContentsDifference.Between(then.Listing, later.Listing)), null);
    }

    /// <summary>One of the files that differ. A file that only one of them has is compared with an empty one.</summary>
    public async Task<(FileDifference? File, Denial? Denial)> FileAsync(VersionDifference difference, string path, CancellationToken cancellationToken)
    {
        var name = difference.Now.Package.Facts.Name;
        if (difference.Contents.Files.FirstOrDefault(file => file.Path == path) is not { } change)
        {
            return (null, BrowseVersion.NoFile(name, difference.Now.Facts.Version, path));
        }
        return await compare.RunAsync(TarballOf(difference.Before), TarballOf(difference.Now), change, cancellationToken) is { } compared
            ? (compared, null)
            : (null, BrowseVersion.Unreadable(name.Value, difference.Now.Facts.Version));
    }

    private static ComparedTarball TarballOf(BrowsedVersion version) => new(version.Tarball.Key, version.Listing);
}
