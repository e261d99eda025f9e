using System.Security.Cryptography;

namespace Assay.Provenance.Sigstore.Keys;

/// <summary>A text that is one PEM block and nothing else, so that nobody can read another block in it than we did.</summary>
internal sealed record PemBlock(string Label, byte[] Der)
{
    public static PemBlock? Read(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        if (!PemEncoding.TryFind(trimmed, out var fields) || fields.Location.GetOffsetAndLength(trimmed.Length) != (0, trimmed.Length))
        {
            return null;
        }
        var der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(trimmed[fields.Base64Data], der, out var length) && length == der.Length
            ? new PemBlock(trimmed[fields.Label].ToString(), der)
            : null;
    }
}
