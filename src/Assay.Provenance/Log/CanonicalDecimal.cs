using System.Globalization;

namespace Assay.Provenance.Log;

/// <summary>Tree sizes and indexes as text: ASCII digits, no sign, no leading zeros, below 2^63.</summary>
internal static class CanonicalDecimal
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        // The framework passes over zero bytes at the end.
        return !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (text.Length == 1 || !text.StartsWith("0"u8))
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
