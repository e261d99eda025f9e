using Assay.Npm;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>A version whose tarball the caller may read.</summary>
internal sealed record BrowsedVersion(PackageSnapshot Package, VersionFacts Facts, StoredTarball Tarball, VersionListing Listing)
{
    /// <summary>In the order of their paths.</summary>
    public IEnumerable<IndexedFile> Files => Listing.Files.Values.OrderBy(file => file.Path, StringComparer.Ordinal);
}

/// <summary>Looks into the tarball of a version. Who may not read the tarball is told that there is none; so is everybody of one that is quarantined or was removed.</summary>
internal sealed class BrowseVersion(PackageDocuments documents, TarballContentsReader contents, ShowFile show)
{
    public async Task<(BrowsedVersion? Version, Denial? Denial)> FindAsync(PackageName name, string version, Caller caller, CancellationToken cancellationToken)
    {
        var package = await documents.FindReadableAsync(name, caller, cancellationToken);
        var facts = package?.Facts.Versions.FirstOrDefault(candidate => candidate.Version == version);
        if (facts is null || !package!.Tarballs.TryGetValue($"{name.BaseName}-{version}.tgz", out var tarball))
        {
            return (null, package is null ? NotThere(name) : NoVersion(name, version));
        }
        return await contents.ListAsync(tarball.Key, cancellationToken) is { } listing
            ? (new BrowsedVersion(package, facts, tarball, listing), null)
            : (null, Unreadable(name.Value, version));
    }

    public async Task<(ShownFile? File, Denial? Denial)> ReadAsync(PackageName name, string version, string path, Caller caller, CancellationToken cancellationToken)
    {
        var (browsed, denial) = await FindAsync(name, version, caller, cancellationToken);
        if (browsed is null)
        {
            return (null, denial);
        }
        return browsed.Listing.Files.TryGetValue(path, out var file)
            ? await ReadAsync(browsed, file, cancellationToken) is { } shown ? (shown, null) : (null, Unreadable(name.Value, version))
            : (null, NoFile(name, version, path));
    }

    /// <summary>Null when the bytes are missing or damaged.</summary>
    public Task<ShownFile?> ReadAsync(BrowsedVersion browsed, IndexedFile file, CancellationToken cancellationToken) => show.ReadAsync(browsed.Tarball.Key, file, cancellationToken);

    /// <summary>The readme's first bytes as text, at most so many, and whether that is all of it; null when there is none.</summary>
    public async Task<(string Text, bool IsWhole)?> ReadReadmeAsync(BrowsedVersion browsed, int longest, CancellationToken cancellationToken)
    {
        if (browsed.Listing.Readme is not { } path)
        {
            return null;
        }
        var file = browsed.Listing.Files[path];
        // A character more than is shown, to see where the last one that fits ends.
        return await contents.ReadAsync(browsed.Tarball.Key, file, longest + 4, cancellationToken) is { } bytes
            ? (ReadmeText.Decode(bytes, longest), file.Size <= longest)
            : null;
    }

    internal static Denial Unreadable(string name, string version) => new(
        StatusCodes.Status503ServiceUnavailable, "bytes-missing", $"The bytes of {name}@{version} are missing from the store or damaged. Tell the registry's operator.");

    internal static Denial NoFile(PackageName name, string version, string path) => new(
        StatusCodes.Status404NotFound, "file-not-found", $"{name}@{version} has no file {path}.");

    private static Denial NoVersion(PackageName name, string version) => new(
        StatusCodes.Status404NotFound, "version-not-found", $"{name} has no version {version}.");

    private static Denial NotThere(PackageName name) => new(
        StatusCodes.Status404NotFound, "not-found", $"{name} is not in this registry, or you may not read it.");
}
