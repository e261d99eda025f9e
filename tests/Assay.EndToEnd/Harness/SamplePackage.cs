using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.EndToEnd.Harness;

/// <summary>A small package: as a folder for npm to publish, or as the document npm would send.</summary>
internal sealed record SamplePackage(string Name, string Version)
{
    /// <summary>Random bytes that ride along, for packages that take their time on the wire.</summary>
    public int Ballast { get; init; }

    /// <summary>Where package.json says that the source is.</summary>
    public string? Repository { get; init; }

    /// <summary>What runs when it is installed.</summary>
    public string? InstallScript { get; init; }

    /// <summary>What its page shows; none without.</summary>
    public string? Readme { get; init; }

    public string? Description { get; init; }

    /// <summary>What it needs at any version.</summary>
    public string? Needs { get; init; }

    public void WriteTo(string folder)
    {
        if (Readme is not null)
        {
            File.WriteAllText(Path.Combine(folder, "README.md"), Readme);
        }

        File.WriteAllText(Path.Combine(folder, "package.json"), Manifest().ToJsonString());
        File.WriteAllText(Path.Combine(folder, "index.js"), Code);
    }

    public byte[] ToTarball()
    {
        using var bytes = new MemoryStream();

        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            Add(tar, "package/package.json", Encoding.UTF8.GetBytes(Manifest().ToJsonString()));
            Add(tar, "package/index.js", Encoding.UTF8.GetBytes(Code));

            if (Readme is not null)
            {
                Add(tar, "package/README.md", Encoding.UTF8.GetBytes(Readme));
            }

            if (Ballast > 0)
            {
                Add(tar, "package/ballast.bin", RandomNumberGenerator.GetBytes(Ballast));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The body of <c>PUT /NAME</c> for these bytes.</summary>
    public JsonObject ToDocument(byte[] tarball)
    {
        var version = Manifest();
        version["_id"] = $"{Name}@{Version}";
        version["dist"] = new JsonObject { ["integrity"] = IntegrityOf(tarball) };

        return new JsonObject
        {
            ["_id"] = Name,
            ["name"] = Name,
            ["dist-tags"] = new JsonObject { ["latest"] = Version },
            ["versions"] = new JsonObject { [Version] = version },
            ["access"] = null,
            ["_attachments"] = new JsonObject
            {
                [$"{Name}-{Version}.tgz"] = new JsonObject
                {
                    ["content_type"] = "application/octet-stream",
                    ["data"] = Convert.ToBase64String(tarball),
                    ["length"] = tarball.Length,
                },
            },
        };
    }

    public static string IntegrityOf(byte[] tarball) => $"sha512-{Convert.ToBase64String(SHA512.HashData(tarball))}";

    private string Code => $"module.exports = '{Name}@{Version}';\n";

    private JsonObject Manifest()
    {
        var manifest = new JsonObject { ["name"] = Name, ["version"] = Version, ["main"] = "index.js", ["license"] = "MIT" };

        if (Repository is not null)
        {
            manifest["repository"] = new JsonObject { ["type"] = "git", ["url"] = Repository };
        }

        if (Description is not null)
        {
            manifest["description"] = Description;
        }

        if (Needs is not null)
        {
            manifest["dependencies"] = new JsonObject { [Needs] = "*" };
        }

        if (InstallScript is not null)
        {
            manifest["scripts"] = new JsonObject { ["install"] = InstallScript };
        }

        return manifest;
    }

    private static void Add(TarWriter tar, string name, byte[] content)
    {
        using var data = new MemoryStream(content);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
    }
}
