using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Assay.Core.Tests.Npm;

/// <summary>Builds archives byte by byte, also such as no packer would make.</summary>
internal sealed class TarBuilder
{
    private readonly ArrayBufferWriter<byte> archive = new();

    public const string PackageJson = """{"name":"@acme/x","version":"1.0.0"}""";

    /// <summary>A complete package, for a test to add one thing to.</summary>
    public static TarBuilder Valid() => new TarBuilder().File("package/package.json", PackageJson);

    public TarBuilder File(string path, string content = "") => File(path, Encoding.UTF8.GetBytes(content));

    public TarBuilder File(string path, byte[] content) => Entry(path, '0', content);

    public TarBuilder Link(string path, char type) => Entry(path, type, [], target: "elsewhere");

    public TarBuilder Pax(string key, string value, char type = 'x') => Entry("PaxHeader", type, Record(key, value));

    public TarBuilder LongName(string path) => Entry("././@LongLink", 'L', Encoding.UTF8.GetBytes(path + "\0"));

    public TarBuilder Entry(string path, char type, byte[] content, string target = "", long? size = null, string prefix = "")
    {
        var block = new byte[512];
        Encoding.UTF8.GetBytes(path).CopyTo(block, 0);
        Put(block, 100, "0000644\0");
        Put(block, 124, Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0");
        Put(block, 136, "00000000000\0");
        block[156] = (byte)type;
        Put(block, 157, target);
        Put(block, 257, "ustar\000");
        Put(block, 345, prefix);
        Put(block, 148, "        ");
        Put(block, 148, Convert.ToString(block.Sum(value => value), 8).PadLeft(6, '0') + "\0 ");
        archive.Write(block);
        archive.Write(content);
        archive.Write(new byte[(512 - (content.Length % 512)) % 512]);
        return this;
    }

    public TarBuilder Raw(byte[] bytes)
    {
        archive.Write(bytes);
        return this;
    }

    public byte[] Tar() => [.. archive.WrittenSpan, .. new byte[1024]];

    public byte[] Tgz() => Gzip(Tar());

    public static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }

    public static byte[] Record(string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest + 1;
        while ($"{length}".Length + rest != length)
            length++;
        return Encoding.UTF8.GetBytes($"{length} {key}={value}\n");
    }

    private static void Put(byte[] block, int offset, string text) => Encoding.ASCII.GetBytes(text).CopyTo(block, offset);
}
