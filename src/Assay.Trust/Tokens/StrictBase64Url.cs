using System.Buffers.Text;

namespace Assay.Trust.Tokens;

/// <summary>Base64url with one spelling per value, so that one token cannot be shown twice under two texts.</summary>
internal static class StrictBase64Url
{
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && Base64Url.EncodeToString(bytes.AsSpan(0, length)) == text
            ? bytes[..length]
            : null;
    }
}
