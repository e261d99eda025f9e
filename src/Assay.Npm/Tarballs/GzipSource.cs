namespace Assay.Npm;

/// <summary>
/// The compressed bytes between the gzip header and trailer, as a stream for the inflater. Two bytes of behaviour make the end exact:
/// the last eight bytes of the input are the trailer and are never handed out, and the last byte before them is handed out alone.
/// An inflater asks for that byte only if the data reaches it, and asks for more only if the data goes on beyond it.
/// </summary>
internal sealed class GzipSource(Stream input) : Stream
{
    private const int TrailerLength = 8;
    private const int Withheld = TrailerLength + 1;

    private readonly byte[] buffer = new byte[32 << 10];
    private int start;
    private int end;
    private bool inputEnded;

    /// <summary>Bytes taken from the input so far.</summary>
    public long Consumed { get; private set; }

    /// <summary>Whether the inflater was given everything.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether the inflater asked for more than there is.</summary>
    public bool IsOverrun { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The last eight bytes of the input; only meaningful when the stream is exhausted.</summary>
    public ReadOnlySpan<byte> Trailer => buffer.AsSpan(end - TrailerLength, TrailerLength);

    /// <summary>Takes one byte of the header; -1 at the end of the input.</summary>
    public async ValueTask<int> ReadHeaderByteAsync(CancellationToken cancellationToken)
    {
        await FillAsync(1, cancellationToken);
        return start < end ? buffer[start++] : -1;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        await FillAsync(Withheld + 1, cancellationToken);
        var available = end - start - Withheld;
        if (available > 0)
            return Take(destination, available);
        if (available == 0 && !IsExhausted)
        {
            IsExhausted = true;
            return Take(destination, 1);
        }

        IsOverrun = true;
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(Memory<byte> destination, int available)
    {
        var taken = Math.Min(available, destination.Length);
        buffer.AsMemory(start, taken).CopyTo(destination);
        start += taken;
        return taken;
    }

    private async ValueTask FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (end - start >= wanted || inputEnded)
            return;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        while (end < wanted && !inputEnded)
        {
            var read = await input.ReadAsync(buffer.AsMemory(end), cancellationToken);
            inputEnded = read == 0;
            end += read;
            Consumed += read;
        }
    }
}
