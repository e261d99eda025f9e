using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Import;

/// <summary>A version of a package with a trait that registries and clients treat in a way of its own.</summary>
internal sealed record OddPackage(string Name, string Version)
{
    public JsonObject Manifest { get; init; } = [];

    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    public string Tag { get; init; } = "latest";

    public string? Deprecated { get; init; }

    /// <summary>Whether it can be installed on this machine at all.</summary>
    public bool IsForeign { get; init; }

    public byte[] ToTarball()
    {
        var manifest = (JsonObject)Manifest.DeepClone();
        manifest["name"] = Name;
        manifest["version"] = Version;
        using var bytes = new MemoryStream();

        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            Add(tar, "package.json", manifest.ToJsonString());
            Add(tar, "index.js", $"module.exports = '{Name}@{Version}';\n");

            foreach (var (path, text) in Files)
            {
                Add(tar, path, text);
            }
        }

        return bytes.ToArray();
    }

    public JsonObject ToDocument(byte[] tarball)
    {
        var document = new SamplePackage(Name, Version).ToDocument(tarball);
        document["dist-tags"] = new JsonObject { [Tag] = Version };

        return document;
    }

    private static void Add(TarWriter tar, string path, string text)
    {
        using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"package/{path}") { DataStream = data, Mode = (UnixFileMode)0b110_100_100 });
    }
}
