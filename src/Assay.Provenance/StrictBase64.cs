using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Provenance;

/// <summary>Standard base64 with one spelling per value: no white space, padded, no stray bits.</summary>
internal static class StrictBase64
{
    public static byte[]? Decode(string text) => TryDecode(Encoding.UTF8.GetBytes(text), out var bytes) ? bytes : null;

    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, decoded, out _, out var length) is not System.Buffers.OperationStatus.Done)
        {
            return false;
        }
        var found = decoded[..length];
        bytes = text.SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToBase64String(found))) ? found : null;
        return bytes is not null;
    }
}
