using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>A file that differs; null sizes where it is only in the other.</summary>
internal sealed record FileChange(string Path, long? Before, long? Now);

/// <summary>A member of package.json's tables that differs: a script, a dependency, a command.</summary>
internal sealed record MemberChange(string Table, string Name, string? Before, string? Now);

/// <summary>What a stage changes against the version before it; null when there is none, and everything is new.</summary>
internal sealed record StageDifference(
    StageRow Stage, string? Against, IReadOnlyList<FileChange> Files, IReadOnlyList<MemberChange> Members, long UnpackedBefore, long UnpackedNow, bool HasInstallScript);

/// <summary>Reads both tarballs, within the limits of any publish, and compares them.</summary>
internal sealed class CompareStage(RegistryDbSource source, IBlobStore blobs, JudgeTarball judge)
{
    private static readonly string[] Tables = ["scripts", "dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies", "bin", "engines"];

    public async Task<(StageDifference? Difference, Denial? Denial)> RunAsync(StageRow stage, CancellationToken cancellationToken)
    {
        if (stage.TakenVersion is null)
        {
            return (null, WaitingStages.Over(stage.StageId));
        }
        var before = await BeforeAsync(stage, cancellationToken);
        if (await ReadAsync(stage.Sha512, cancellationToken) is not { } now)
        {
            return (null, Unreadable(stage.PackageName, stage.Version));
        }
        var then = before is { } version ? await ReadAsync(version.Sha512, cancellationToken) : Nothing;
        return then is null
            ? (null, Unreadable(stage.PackageName, before!.Value.Version))
            : (new StageDifference(
                stage, before?.Version, FilesOf(then, now), MembersOf(then.Contents.PackageJson, now.Contents.PackageJson),
                then.Contents.UnpackedSize, now.Contents.UnpackedSize, now.Contents.HasInstallScript), null);
    }

    private static IndexReading.Accepted Nothing { get; } = new(new Dictionary<string, IndexedFile>(), new TarballContents { PackageJson = [], Files = [], UnpackedSize = 0 });

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

    private async Task<IndexReading.Accepted?> ReadAsync(byte[] sha512, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(BlobKey.FromSha512(sha512), cancellationToken);
        return content is null ? null : await TarballIndex.ReadAsync(content, judge.Limits(), cancellationToken) as IndexReading.Accepted;
    }

    private static List<FileChange> FilesOf(IndexReading.Accepted then, IndexReading.Accepted now) =>
    [
        .. then.Files.Keys.Union(now.Files.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Before: then.Files.GetValueOrDefault(path), Now: now.Files.GetValueOrDefault(path)))
            .Where(file => file.Before?.Sha256 != file.Now?.Sha256)
            .Select(file => new FileChange(file.Path, file.Before?.Size, file.Now?.Size)),
    ];

    private static List<MemberChange> MembersOf(JsonObject then, JsonObject now) =>
    [
        .. from table in Tables
           let before = MembersOf(then[table])
           let after = MembersOf(now[table])
           from name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
           let change = new MemberChange(table, name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))
           where change.Before != change.Now
           select change,
    ];

    // Authors write some of these as a text or a list as well.
    private static Dictionary<string, string> MembersOf(JsonNode? table) => table switch
    {
        JsonObject members => members.ToDictionary(member => member.Key, member => TextOf(member.Value), StringComparer.Ordinal),
        JsonArray names => names.Select(TextOf).Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => name, StringComparer.Ordinal),
        null => [],
        _ => new Dictionary<string, string>(StringComparer.Ordinal) { [""] = TextOf(table) },
    };

    private static string TextOf(JsonNode? value) => value?.GetValueKind() is JsonValueKind.String ? (string)value! : value?.ToJsonString() ?? "null";

    private static Denial Unreadable(string name, string version) => new(
        StatusCodes.Status503ServiceUnavailable, "bytes-missing", $"The bytes of {name}@{version} are missing from the store or damaged. Tell the registry's operator.");
}
