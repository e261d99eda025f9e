using System.Text.RegularExpressions;

namespace Assay.Npm;

/// <summary>
/// The patterns of node-semver 7 (internal/re.js, the bounded ones), for text whose white space has been collapsed.
/// They are kept in its shape on purpose: what a range means is what these make of it.
/// </summary>
internal static partial class RangePatterns
{
    private const string Number = "(?:0|[1-9][0-9]{0,256})";
    private const string LooseNumber = "[0-9]{1,256}";
    private const string Word = "[0-9]{0,256}[a-zA-Z-][a-zA-Z0-9-]{0,250}";
    private const string Prerelease = $@"(?:-((?:{Word}|{Number})(?:\.(?:{Word}|{Number}))*))";
    private const string LoosePrerelease = $@"(?:-?((?:{Word}|{LooseNumber})(?:\.(?:{Word}|{LooseNumber}))*))";
    private const string Build = @"(?:\+[a-zA-Z0-9-]{1,250}(?:\.[a-zA-Z0-9-]{1,250})*)";
    private const string Full = $@"v?{Number}\.{Number}\.{Number}{Prerelease}?{Build}?";
    private const string Loose = $@"[v= ]*{LooseNumber}\.{LooseNumber}\.{LooseNumber}{LoosePrerelease}?{Build}?";
    private const string Part = $@"({Number}|x|X|\*)";
    private const string Partial = $@"[v= ]*{Part}(?:\.{Part}(?:\.{Part}{Prerelease}?{Build}?)?)?";
    private const string Bound = "((?:<|>)?=?)";

    [GeneratedRegex(@"\+[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*", RegexOptions.CultureInvariant)]
    public static partial Regex BuildMetadata();

    [GeneratedRegex($@"\A ?({Partial}) - ({Partial}) ?\z", RegexOptions.CultureInvariant)]
    public static partial Regex Hyphen();

    [GeneratedRegex($@"( ?){Bound} ?({Loose}|{Partial})", RegexOptions.CultureInvariant)]
    public static partial Regex GapAfterBound();

    [GeneratedRegex("( ?)~>? ", RegexOptions.CultureInvariant)]
    public static partial Regex GapAfterTilde();

    [GeneratedRegex(@"( ?)\^ ", RegexOptions.CultureInvariant)]
    public static partial Regex GapAfterCaret();

    [GeneratedRegex($@"\A\^{Partial}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Caret();

    [GeneratedRegex($@"\A~>?{Partial}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Tilde();

    [GeneratedRegex($@"\A{Bound} ?{Partial}\z", RegexOptions.CultureInvariant)]
    public static partial Regex XRange();

    [GeneratedRegex(@"[<>]?=? ?\*", RegexOptions.CultureInvariant)]
    public static partial Regex Star();

    [GeneratedRegex($@"\A{Bound} ?({Full})\z", RegexOptions.CultureInvariant)]
    public static partial Regex Comparator();
}
