using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Server.Packages;

/// <summary>What is in a tarball: its files with their digests, and what of its package.json is compared. Never changes, and is read by many at once.</summary>
internal sealed record VersionListing(
    IReadOnlyDictionary<string, IndexedFile> Files, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Members, long UnpackedSize, bool HasInstallScript)
{
    private static readonly string[] Tables =
    [
        "scripts", "dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies", "bin", "engines", "main", "module", "browser", "exports", "type", "license", "repository",
        "os", "cpu",
    ];

    /// <summary>What there was before there was anything.</summary>
    public static VersionListing Empty { get; } =
        new(new Dictionary<string, IndexedFile>(), new Dictionary<string, IReadOnlyDictionary<string, string>>(), UnpackedSize: 0, HasInstallScript: false);

    /// <summary>The file that npm shows as the readme; null when there is none.</summary>
    public string? Readme { get; init; }

    /// <summary>Bytes of memory, roughly.</summary>
    public long Cost => 512 + Files.Values.Sum(file => 320L + (2 * file.Path.Length)) + Members.Values.Sum(table => table.Sum(member => 120L + (2 * (member.Key.Length + member.Value.Length))));

    public static VersionListing Of(IndexReading.Accepted archive) => new(
        archive.Files,
        Tables.ToDictionary(table => table, table => (IReadOnlyDictionary<string, string>)MembersOf(archive.Contents.PackageJson[table]), StringComparer.Ordinal),
        archive.Contents.UnpackedSize,
        archive.Contents.HasInstallScript)
    {
        Readme = archive.Contents.ReadmeFilename,
    };

    /// <summary>The names in the order in which they are shown.</summary>
    public static IReadOnlyList<string> TableNames => Tables;

    // Authors write some of these as a text or a list as well.
    private static Dictionary<string, string> MembersOf(JsonNode? table) => table switch
    {
        JsonObject members => members.ToDictionary(member => member.Key, member => TextOf(member.Value), StringComparer.Ordinal),
        JsonArray names => names.Select(TextOf).Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => name, StringComparer.Ordinal),
        null => [],
        _ => new Dictionary<string, string>(StringComparer.Ordinal) { [""] = TextOf(table) },
    };

    private static string TextOf(JsonNode? value) => value?.GetValueKind() is JsonValueKind.String ? (string)value! : value?.ToJsonString() ?? "null";
}
