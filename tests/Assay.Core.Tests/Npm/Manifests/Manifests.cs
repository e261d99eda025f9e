using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

/// <summary>Short ways to make a manifest in a test.</summary>
internal static class Manifests
{
    public static TarballContents Contents(string members, params string[] files) => new()
    {
        PackageJson = Json($$"""{"name":"@acme/x","version":"1.0.0"{{(members.Length == 0 ? "" : "," + members)}}}"""),
        Files = [new("package.json", 10), .. files.Select(path => new TarballFile(path, 1))],
        UnpackedSize = 10,
        HasBindingGyp = files.Contains("binding.gyp"),
        HasShrinkwrap = files.Contains("npm-shrinkwrap.json"),
    };

    public static PackageManifest Read(TarballContents contents, PublisherDetails? publisher = null)
    {
        Assert.True(PackageManifest.TryRead(contents, publisher ?? PublisherDetails.None, out var manifest, out var problems), string.Join(' ', problems));
        return manifest;
    }

    public static JsonObject Full(string members, params string[] files) => Json(Read(Contents(members, files)).FullJson.Span);

    public static JsonObject Json(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.AsObject();

    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
