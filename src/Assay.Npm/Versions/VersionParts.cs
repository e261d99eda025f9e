using System.Globalization;

namespace Assay.Npm;

/// <summary>The grammar of semver.org 2.0.0, with JavaScript's largest safe integer as the limit of its numbers.</summary>
internal readonly record struct VersionParts(long Major, long Minor, long Patch, string Prerelease, string Build)
{
    private const long MaxSafeInteger = 9_007_199_254_740_991;

    public static bool TryRead(ReadOnlySpan<char> text, out VersionParts parts)
    {
        parts = default;
        if (text.StartsWith('v'))
            text = text[1..];
        var build = CutAfter(ref text, '+');
        var prerelease = CutAfter(ref text, '-');
        if (!AreIdentifiers(build, numbersMayHaveLeadingZeros: true) || !AreIdentifiers(prerelease, numbersMayHaveLeadingZeros: false))
            return false;
        if (!TryReadNumber(ref text, out var major) || !TrySkipDot(ref text) || !TryReadNumber(ref text, out var minor)
            || !TrySkipDot(ref text) || !TryReadNumber(ref text, out var patch) || text.Length > 0)
            return false;
        parts = new VersionParts(major, minor, patch, Content(prerelease), Content(build));
        return true;
    }

    // The part from the separator on, separator included, so that "1.0.0-" differs from "1.0.0".
    private static ReadOnlySpan<char> CutAfter(ref ReadOnlySpan<char> text, char separator)
    {
        var at = text.IndexOf(separator);
        if (at < 0)
            return [];
        var rest = text[at..];
        text = text[..at];
        return rest;
    }

    private static string Content(ReadOnlySpan<char> part) => part.Length == 0 ? "" : part[1..].ToString();

    private static bool AreIdentifiers(ReadOnlySpan<char> part, bool numbersMayHaveLeadingZeros)
    {
        if (part.Length == 0)
            return true;
        part = part[1..];
        foreach (var range in part.Split('.'))
        {
            var identifier = part[range];
            if (identifier.Length == 0 || identifier.ContainsAnyExcept(Identifiers.Characters))
                return false;
            if (!numbersMayHaveLeadingZeros && identifier.Length > 1 && identifier[0] == '0' && Identifiers.IsNumber(identifier))
                return false;
        }

        return true;
    }

    private static bool TrySkipDot(ref ReadOnlySpan<char> text)
    {
        if (!text.StartsWith('.'))
            return false;
        text = text[1..];
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<char> text, out long number)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        number = 0;
        return digits.Length > 0 && (digits.Length == 1 || digits[0] != '0')
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MaxSafeInteger;
    }
}
