using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>
/// Bytes of a source, as they are read. That they cannot be read is the source's failure, and one of its version; that they cannot be written
/// here would fail all others too, and must not be taken for it.
/// </summary>
internal sealed class SourceBytes(Stream inner) : Stream
{
    private const int PieceSize = 64 * 1024;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>All of it, unless it is more than this.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var read = new MemoryStream();
        var piece = new byte[PieceSize];
        while (await stream.ReadAsync(piece, cancellationToken) is > 0 and var length)
        {
            if (read.Length + length > most)
            {
                throw new SourceFailure("document-too-large", $"The source's document has more than {most} bytes (Assay:Import:MaximumDocumentBytes).");
            }
            read.Write(piece, 0, length);
        }
        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new SourceFailure("source-unreachable", $"The source broke off: {Printable.Value(failure.Message)}");
        }
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
