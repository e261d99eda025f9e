using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Bench;

/// <summary>Versions like those of a middling package: a dozen dependencies, and a tarball of a given size that does not compress.</summary>
internal static class SampleVersions
{
    public static JsonObject Document(string name, string version, int tarballBytes)
    {
        var tarball = Tarball(name, version, tarballBytes);
        var file = $"{name}-{version}.tgz";
        return new JsonObject
        {
            ["_id"] = name,
            ["name"] = name,
            ["dist-tags"] = new JsonObject { ["latest"] = version },
            ["versions"] = new JsonObject
            {
                [version] = new JsonObject
                {
                    ["name"] = name,
                    ["version"] = version,
                    ["dist"] = new JsonObject { ["integrity"] = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball)) },
                },
            },
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

    private static byte[] Tarball(string name, string version, int bytes)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            Add(tar, "package/package.json", Encoding.UTF8.GetBytes(Manifest(name, version).ToJsonString()));
            Add(tar, "package/data.bin", RandomNumberGenerator.GetBytes(bytes));
        }
        return target.ToArray();
    }

    private static void Add(TarWriter tar, string path, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });

    private static JsonObject Manifest(string name, string version)
    {
        var dependencies = new JsonObject();
        for (var number = 0; number < 12; number++)
        {
            dependencies[$"dependency-{number}"] = $"^{number}.{version.Split('.')[2]}.0";
        }
        return new JsonObject
        {
            ["name"] = name,
            ["version"] = version,
            ["description"] = "A package to measure with",
            ["main"] = "index.js",
            ["license"] = "MIT",
            ["engines"] = new JsonObject { ["node"] = ">=20" },
            ["dependencies"] = dependencies,
        };
    }
}
