using System.Buffers;
using System.IO.Compression;

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

    /// <param name="tag">Stands for all that the document is made of.</param>
    /// <param name="form">Tells the package's documents apart.</param>
    /// <param name="write">Writes the document.</param>
    public PreparedDocument(string tag, string form, Action<IBufferWriter<byte>> write)
    {
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
}
