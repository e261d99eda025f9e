namespace Assay.Server.Packages;

/// <summary>A file that differs; null sizes where it is only in the other.</summary>
internal sealed record FileChange(string Path, long? Before, long? Now);

/// <summary>A member of package.json's tables that differs: a script, a dependency, a command.</summary>
internal sealed record MemberChange(string Table, string Name, string? Before, string? Now);

/// <summary>What one tarball changes against another.</summary>
internal sealed record ContentsDifference(
    IReadOnlyList<FileChange> Files, IReadOnlyList<MemberChange> Members, long UnpackedBefore, long UnpackedNow, bool HadInstallScript, bool HasInstallScript)
{
    public IEnumerable<FileChange> Added => Files.Where(file => file.Before is null);

    public IEnumerable<FileChange> Removed => Files.Where(file => file.Now is null);

    public IEnumerable<FileChange> Changed => Files.Where(file => file.Before is not null && file.Now is not null);

    public static ContentsDifference Between(VersionListing then, VersionListing now) =>
        new(FilesOf(then, now), MembersOf(then, now), then.UnpackedSize, now.UnpackedSize, then.HasInstallScript, now.HasInstallScript);

    private static List<FileChange> FilesOf(VersionListing then, VersionListing now) =>
    [
        .. then.Files.Keys.Union(now.Files.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Before: then.Files.GetValueOrDefault(path), Now: now.Files.GetValueOrDefault(path)))
            .Where(file => file.Before?.Sha256 != file.Now?.Sha256)
            .Select(file => new FileChange(file.Path, file.Before?.Size, file.Now?.Size)),
    ];

    private static List<MemberChange> MembersOf(VersionListing then, VersionListing now) =>
    [
        .. from table in VersionListing.TableNames
           let before = then.Members.GetValueOrDefault(table) ?? new Dictionary<string, string>()
           let after = now.Members.GetValueOrDefault(table) ?? new Dictionary<string, string>()
           from name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
           let change = new MemberChange(table, name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))
           where change.Before != change.Now
           select change,
    ];
}
