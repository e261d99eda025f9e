using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data.Rows;

namespace Assay.Server.Operations;

/// <summary>
/// Reads the tarball again, as the publish did, and compares what is served of the version with what comes out. What the client said of its own tools is nowhere in the
/// tarball, and is taken as it stands.
/// </summary>
internal sealed class VerifyManifest(IBlobStore blobs)
{
    /// <summary>Null when all agrees.</summary>
    public async Task<string?> ProblemAsync(string package, VersionRow row, CancellationToken cancellationToken)
    {
        var (full, abbreviated) = (Parse(row.FullJson), Parse(row.AbbreviatedJson));
        if (full is null || abbreviated is null)
        {
            return "its stored manifest is no JSON object";
        }
        var (contents, unreadable) = await ContentsAsync(row, cancellationToken);
        if (contents is null)
        {
            return $"its tarball cannot be read: {unreadable}";
        }
        if (!PackageManifest.TryRead(contents, PublisherOf(full), out var manifest, out var problems))
        {
            return $"its tarball's package.json is none: {string.Join(' ', problems)}";
        }
        if (manifest.Name.Value != package || manifest.Version.ToString() != row.Version)
        {
            return $"its tarball is {manifest.Name}@{manifest.Version}";
        }
        return Difference("manifest", full, Parse(manifest.FullJson)!) ?? Difference("abbreviated manifest", abbreviated, Parse(manifest.AbbreviatedJson)!)
            ?? (row.Readme == contents.Readme && row.ReadmeFilename == contents.ReadmeFilename ? null : "its readme is not the tarball's")
            ?? (row.FileCount == contents.FileCount && row.UnpackedSize == contents.UnpackedSize ? null : "its count or size of files is not the tarball's");
    }

    private async Task<(TarballContents? Contents, string? Problem)> ContentsAsync(VersionRow row, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await blobs.OpenAsync(BlobKey.FromSha512(row.Sha512), cancellationToken);
            var reading = await TarballReader.ReadAsync(content ?? Stream.Null, LimitsOf(row), cancellationToken);
            return reading is TarballReading.Accepted { Contents: var contents } ? (contents, null) : (null, ((TarballReading.Refused)reading).Problem.Text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }
    }

    // What was taken once is read again, however narrow the limits are by now.
    private static TarballLimits LimitsOf(VersionRow row) => TarballLimits.Default with
    {
        MaxEntries = int.MaxValue,
        MaxUnpackedSize = Math.Max(TarballLimits.Default.MaxUnpackedSize, row.UnpackedSize),
    };

    private static PublisherDetails PublisherOf(JsonObject full) => new(full.Text("_nodeVersion"), full.Text("_npmVersion"), full.Text("gitHead"));

    private static string? Difference(string what, JsonObject stored, JsonObject made)
    {
        var names = stored.Select(member => member.Key).Union(made.Select(member => member.Key))
            .Where(name => stored.ContainsKey(name) != made.ContainsKey(name) || !JsonNode.DeepEquals(stored[name], made[name])).ToList();
        return names.Count == 0 ? null : $"its stored {what} is not the tarball's: {string.Join(", ", names.Take(5))}";
    }

    private static JsonObject? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonNode.Parse(json.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
