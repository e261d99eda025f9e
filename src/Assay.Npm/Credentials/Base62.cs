using System.Buffers;

namespace Assay.Npm;

/// <summary>Numbers in the digits 0–9, A–Z, a–z.</summary>
internal static class Base62
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Digits);

    public static bool IsBase62(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Allowed);

    /// <summary>The last digits of a number, with leading zeros.</summary>
    public static string FromNumber(uint number, int length)
    {
        var digits = new char[length];
        for (var at = length - 1; at >= 0; at--)
        {
            digits[at] = Digits[(int)(number % 62)];
            number /= 62;
        }

        return new string(digits);
    }

    /// <summary>The last digits of a big-endian number of any size.</summary>
    public static string FromBytes(ReadOnlySpan<byte> number, int length)
    {
        Span<byte> rest = stackalloc byte[number.Length];
        number.CopyTo(rest);
        var digits = new char[length];
        for (var at = length - 1; at >= 0; at--)
            digits[at] = Digits[DivideBy62(rest)];
        return new string(digits);
    }

    private static int DivideBy62(Span<byte> number)
    {
        var remainder = 0;
        for (var at = 0; at < number.Length; at++)
        {
            var dividend = (remainder << 8) | number[at];
            number[at] = (byte)(dividend / 62);
            remainder = dividend % 62;
        }

        return remainder;
    }
}
