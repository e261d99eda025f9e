using System.Globalization;

namespace Assay.Npm;

/// <summary>
/// Reads a JSON escape (RFC 8259, section 7) byte by byte inside base64, where it can only stand for a character of base64.
/// </summary>
internal sealed class EscapeReader
{
    private readonly byte[] digits = new byte[4];
    private int length;
    private bool isUnicode;

    public bool IsOpen { get; private set; }

    public void Open() => (IsOpen, isUnicode, length) = (true, false, 0);

    /// <summary>Takes the next byte; the character, once the escape is complete.</summary>
    public byte? Take(byte next)
    {
        if (!isUnicode && next == 'u')
        {
            isUnicode = true;
            return null;
        }

        if (!isUnicode)
            return next == '/' ? Close(next) : throw NotBase64();
        digits[length++] = next;
        if (length < digits.Length)
            return null;
        var isHex = ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code);
        return isHex && code < 128 ? Close((byte)code) : throw NotBase64();
    }

    private byte Close(byte character)
    {
        IsOpen = false;
        return character;
    }

    private static PublishRefusedException NotBase64() =>
        new("bad-base64", "The tarball in the document has an escape that is no character of base64.");
}
