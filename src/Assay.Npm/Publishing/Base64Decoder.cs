using System.Buffers;
using System.Buffers.Text;

namespace Assay.Npm;

/// <summary>Decodes base64 (RFC 4648, section 4: padded, without white space) that arrives in pieces of any length.</summary>
internal sealed class Base64Decoder(long maxSize)
{
    // The last characters so far: they may be the final quartet, the only one that may have padding.
    private readonly byte[] carry = new byte[4];
    private readonly ArrayBufferWriter<byte> decoded = new();
    private int carried;

    /// <summary>Bytes decoded so far.</summary>
    public long Total { get; private set; }

    /// <summary>What was decoded since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Decoded => decoded.WrittenMemory;

    public void Clear() => decoded.ResetWrittenCount();

    public void Append(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && carried is > 0 and < 4)
            TakeOne(ref text);
        if (text.Length == 0)
            return;
        if (carried == 4)
            Decode(carry, isFinal: false);
        var whole = (text.Length - 1) / 4 * 4;
        Decode(text[..whole], isFinal: false);
        text[whole..].CopyTo(carry);
        carried = text.Length - whole;
    }

    public void Finish()
    {
        if (carried is not (0 or 4))
            throw Malformed();
        Decode(carry.AsSpan(0, carried), isFinal: true);
    }

    private void TakeOne(ref ReadOnlySpan<byte> text)
    {
        carry[carried++] = text[0];
        text = text[1..];
    }

    private void Decode(ReadOnlySpan<byte> text, bool isFinal)
    {
        if (text.Length == 0)
            return;
        var status = Base64.DecodeFromUtf8(text, decoded.GetSpan(text.Length / 4 * 3), out var consumed, out var written, isFinal);
        // The decoder skips white space; then it consumes more than it writes.
        var padding = isFinal ? text.Count((byte)'=') : 0;
        if (status != OperationStatus.Done || consumed != text.Length || written != (text.Length / 4 * 3) - padding)
            throw Malformed();
        decoded.Advance(written);
        Total += written;
        if (Total > maxSize)
            throw new PublishRefusedException("tarball-too-large", $"The tarball has more than {maxSize} bytes.");
    }

    private static PublishRefusedException Malformed() => new("bad-base64", "The tarball in the document is not valid base64.");
}
