using System.Globalization;
using System.Text.RegularExpressions;

namespace Assay.Npm;

/// <summary>A version some of whose numbers are missing or <c>x</c>; the numbers are kept as written.</summary>
internal readonly record struct PartialVersion(string Major, string Minor, string Patch, string Prerelease)
{
    public bool MajorIsAny => IsAny(Major);

    public bool MinorIsAny => IsAny(Minor);

    public bool PatchIsAny => MajorIsAny || MinorIsAny || IsAny(Patch);

    public bool HasNumberAfterAny => (MajorIsAny && !MinorIsAny) || (MinorIsAny && !IsAny(Patch));

    /// <summary>The lowest version that this text covers.</summary>
    public string Lowest =>
        MinorIsAny ? $"{Major}.0.0"
        : PatchIsAny ? $"{Major}.{Minor}.0"
        : Prerelease.Length > 0 ? $"{Major}.{Minor}.{Patch}-{Prerelease}"
        : $"{Major}.{Minor}.{Patch}";

    public string AfterMajor => $"{Next(Major)}.0.0-0";

    public string AfterMinor => $"{Major}.{Next(Minor)}.0-0";

    public string AfterPatch => $"{Major}.{Minor}.{Next(Patch)}-0";

    public static PartialVersion From(Match match, int group) =>
        new(match.Groups[group].Value, match.Groups[group + 1].Value, match.Groups[group + 2].Value, match.Groups[group + 3].Value);

    // Beyond the safe integers there is no valid version; any text that is none will do.
    private static string Next(string number) =>
        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < long.MaxValue
            ? (value + 1).ToString(CultureInfo.InvariantCulture)
            : "?";

    private static bool IsAny(string part) => part is "" or "x" or "X" or "*";
}
