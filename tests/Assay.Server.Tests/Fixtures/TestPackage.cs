using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Fixtures;

/// <summary>A valid package, and the document that publishes it. A test changes one thing.</summary>
internal sealed record TestPackage(string Name, string Version)
{
    // The time that npm gives every file, so that equal packages are equal bytes.
    private static readonly DateTimeOffset PackedAt = new(1985, 10, 26, 8, 15, 0, TimeSpan.Zero);

    public JsonObject Manifest { get; init; } = new() { ["main"] = "index.js", ["license"] = "MIT" };

    public string Tag { get; init; } = "latest";

    public string? Access { get; init; }

    /// <summary>Name and version inside the tarball, when they shall differ from the document's.</summary>
    public (string Name, string Version)? Inside { get; init; }

    public IReadOnlyList<(string Path, string Content)> Files { get; init; } = [("package/index.js", "module.exports = 1"), ("package/README.md", "# Hello")];

    public string EscapedName => Name.Replace("/", "%2f", StringComparison.Ordinal);

    public byte[] Tarball()
    {
        var manifest = (JsonObject)Manifest.DeepClone();
        manifest["name"] = Inside?.Name ?? Name;
        manifest["version"] = Inside?.Version ?? Version;
        return Pack([("package/package.json", manifest.ToJsonString()), .. Files]);
    }

    public JsonObject Document(byte[]? tarball = null)
    {
        tarball ??= Tarball();
        var file = $"{Name}-{Version}.tgz";
        return new JsonObject
        {
            ["_id"] = Name,
            ["name"] = Name,
            ["dist-tags"] = new JsonObject { [Tag] = Version },
            ["versions"] = new JsonObject
            {
                [Version] = new JsonObject
                {
                    ["name"] = Name,
                    ["version"] = Version,
                    ["dist"] = new JsonObject
                    {
                        ["integrity"] = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball)),
                        ["shasum"] = Convert.ToHexStringLower(SHA1.HashData(tarball)),
                        ["tarball"] = $"http://elsewhere.example/{file}",
                    },
                },
            },
            ["access"] = Access,
            ["_attachments"] = new JsonObject
            {
                [file] = new JsonObject
                {
                    ["content_type"] = "application/octet-stream",
                    ["data"] = Convert.ToBase64String(tarball),
                    ["length"] = tarball.Length,
                },
            },
        };
    }

    public Task<HttpResponseMessage> PublishAsync(RegistryApp app, string? token) => app.PutAsync("/" + EscapedName, token, Document());

    public static byte[] Pack(IEnumerable<(string Path, string Content)> files)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                    ModificationTime = PackedAt,
                });
            }
        }
        return target.ToArray();
    }
}
