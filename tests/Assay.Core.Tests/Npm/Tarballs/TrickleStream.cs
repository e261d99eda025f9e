namespace Assay.Core.Tests.Npm;

/// <summary>A stream that gives its bytes in small pieces, as a slow network does.</summary>
internal sealed class TrickleStream(byte[] bytes, int pieceSize) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(pieceSize, buffer.Length)], cancellationToken);
}
