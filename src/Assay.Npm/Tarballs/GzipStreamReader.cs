using System.Buffers.Binary;
using System.IO.Compression;

namespace Assay.Npm;

/// <summary>
/// Reads a file that is exactly one gzip member (RFC 1952) and enforces the limits on size and ratio. The framework's own gzip reader
/// ignores what follows a member, and by default does not notice when the data breaks off.
/// </summary>
internal sealed class GzipStreamReader(Stream input, TarballLimits limits) : IAsyncDisposable
{
    private const int MaxHeaderText = 1024;

    private readonly GzipSource source = new(input);
    private DeflateStream? inflater;
    private Crc32 checksum;
    private long unpacked;

    public async ValueTask DisposeAsync()
    {
        if (inflater is not null)
            await inflater.DisposeAsync();
    }

    /// <summary>Fills the buffer as far as it goes; less than its length means that the member ended, and ended well.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (inflater is null)
            await OpenAsync(cancellationToken);
        var read = await InflateAsync(destination, cancellationToken);
        checksum.Append(destination.Span[..read]);
        unpacked += read;
        CheckLimits();
        if (read < destination.Length)
            CheckEnd();
        return read;
    }

    private async ValueTask<int> InflateAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            return await inflater!.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw source.IsOverrun
                ? Truncated()
                : new TarballRefusedException("bad-gzip", "The compressed data of the tarball is damaged.");
        }
    }

    private void CheckLimits()
    {
        if (unpacked > limits.MaxUnpackedSize)
            throw new TarballRefusedException("unpacked-too-large", $"The tarball unpacks to more than {limits.MaxUnpackedSize} bytes.");
        // No overflow: what is unpacked stays near the limit above, what is consumed below that.
        if (unpacked > limits.RatioAppliesFrom && unpacked > source.Consumed * limits.MaxCompressionRatio)
        {
            throw new TarballRefusedException(
                "compression-ratio", $"The tarball unpacks to more than {limits.MaxCompressionRatio} times its size.");
        }
    }

    private void CheckEnd()
    {
        if (source.IsOverrun)
            throw Truncated();
        if (!source.IsExhausted)
            throw new TarballRefusedException("trailing-data", "The tarball goes on after the end of its gzip data.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(source.Trailer) != checksum.Value
            || BinaryPrimitives.ReadUInt32LittleEndian(source.Trailer[4..]) != (uint)unpacked)
            throw new TarballRefusedException("bad-gzip", "The checksum at the end of the tarball does not fit its contents.");
    }

    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var header = new byte[10];
        for (var at = 0; at < header.Length; at++)
        {
            var next = await source.ReadHeaderByteAsync(cancellationToken);
            if (next < 0 || (at == 0 && next != 0x1F) || (at == 1 && next != 0x8B))
                throw NotGzip();
            header[at] = (byte)next;
        }

        // Method 8 is deflate, the only one; the three upper flags are reserved.
        if (header[2] != 8 || (header[3] & 0xE0) != 0)
            throw NotGzip();
        await SkipOptionalFieldsAsync(header[3], cancellationToken);
        inflater = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
    }

    private async ValueTask SkipOptionalFieldsAsync(byte flags, CancellationToken cancellationToken)
    {
        if ((flags & 0x04) != 0)
        {
            var length = await HeaderByteAsync(cancellationToken) | (await HeaderByteAsync(cancellationToken) << 8);
            for (var at = 0; at < length; at++)
                await HeaderByteAsync(cancellationToken);
        }

        if ((flags & 0x08) != 0)
            await SkipTextAsync(cancellationToken);
        if ((flags & 0x10) != 0)
            await SkipTextAsync(cancellationToken);
        if ((flags & 0x02) != 0)
        {
            await HeaderByteAsync(cancellationToken);
            await HeaderByteAsync(cancellationToken);
        }
    }

    private async ValueTask SkipTextAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; await HeaderByteAsync(cancellationToken) != 0; length++)
        {
            if (length == MaxHeaderText)
                throw NotGzip();
        }
    }

    private async ValueTask<int> HeaderByteAsync(CancellationToken cancellationToken)
    {
        var next = await source.ReadHeaderByteAsync(cancellationToken);
        return next < 0 ? throw Truncated() : next;
    }

    private static TarballRefusedException NotGzip() => new("not-gzip", "The tarball is not a gzip file.");

    private static TarballRefusedException Truncated() => new("truncated", "The tarball breaks off before its end.");
}
