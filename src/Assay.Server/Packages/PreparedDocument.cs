using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Packages;

internal enum BodyEncoding
{
    Identity,
    Gzip,
    Brotli,
}

/// <summary>Bytes ready to send, with the tag that stands for exactly these bytes.</summary>
internal sealed record PreparedBody(byte[] Bytes, string ETag, string? ContentEncoding);

/// <summary>
/// One document of a package. Each encoding is made when it is first asked for, once, by whoever asks first. Brotli at its
/// fastest level packs these documents better than gzip does and in less time.
/// </summary>
internal sealed class PreparedDocument
{
    private readonly Lazy<PreparedBody>[] bodies;

    public PreparedDocument(PackageSnapshot snapshot, string form, Action<IBufferWriter<byte>> write)
    {
        var tag = Tag(snapshot);
        bodies =
        [
            new(() => new PreparedBody(Written(write).ToArray(), $"\"{tag}-{form}\"", null)),
            new(() => new PreparedBody(Compress(write, stream => new GZipStream(stream, CompressionLevel.Optimal)), $"\"{tag}-{form}-gz\"", "gzip")),
            new(() => new PreparedBody(Compress(write, stream => new BrotliStream(stream, CompressionLevel.Fastest)), $"\"{tag}-{form}-br\"", "br")),
        ];
    }

    public long Cost => bodies.Sum(body => body.IsValueCreated ? body.Value.Bytes.Length : 0L);

    public PreparedBody In(BodyEncoding encoding) => bodies[(int)encoding].Value;

    private static ReadOnlyMemory<byte> Written(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        write(buffer);
        return buffer.WrittenMemory;
    }

    private static byte[] Compress(Action<IBufferWriter<byte>> write, Func<Stream, Stream> compressor)
    {
        var target = new MemoryStream();
        using (var stream = compressor(target))
        {
            stream.Write(Written(write).Span);
        }
        return target.ToArray();
    }

    // The revision alone would repeat after a restore from a backup; the time of the change does not.
    private static string Tag(PackageSnapshot snapshot)
    {
        var facts = snapshot.Facts;
        var identity = $"1|{facts.Name}|{facts.Revision}|{facts.Modified.ToUnixTimeMilliseconds()}|{snapshot.PublicBase}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 10));
    }
}
