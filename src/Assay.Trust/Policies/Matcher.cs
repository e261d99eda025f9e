using System.Collections.Frozen;
using System.Text;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Policies;

/// <summary>
/// One way to compare what a policy wants with what a token says. The set is closed. An absent claim never gets here: it never matches.
/// </summary>
/// <param name="Accepts">The wanted values (at least one, normalised), the items of the claim, and the package that is asked about.</param>
/// <param name="Normalize">The stored spelling of a wanted value, or null when it cannot be one.</param>
/// <param name="Expectation">What a wanted value must be, in words.</param>
/// <param name="Many">Whether a policy may want several values.</param>
/// <param name="Every">Whether all of them must be there, so that more of them ask for more.</param>
internal sealed record Matcher(
    Func<IReadOnlyList<string>, IReadOnlyList<string>, string, bool> Accepts,
    Func<string, string?> Normalize,
    string Expectation,
    bool Many = false,
    bool Every = false)
{
    /// <summary>The matcher whose patterns may tie a ref to what is published.</summary>
    public const string RefPatternName = "ref-pattern";

    private const string PatternExpectation = "a pattern of literals, * and ** with at most four stars";
    private const string RefExpectation = PatternExpectation + ", and {name} and {version} for what is published";

    private static readonly FrozenDictionary<string, Matcher> Known = new Dictionary<string, Matcher>
    {
        ["equals"] = Single((wanted, actual) => wanted == actual, Text, "printable text"),
        ["equals-ascii-ignore-case"] = Single(
            (wanted, actual) => Ascii.EqualsIgnoreCase(wanted, actual), AsciiText, "printable ASCII text"),
        ["equals-ignore-case"] = Single(
            (wanted, actual) => wanted.Equals(actual, StringComparison.OrdinalIgnoreCase), Text, "printable text"),
        ["uuid"] = Single((wanted, actual) => wanted == actual, Uuid, "a UUID"),
        ["decimal"] = Single((wanted, actual) => wanted == actual, Decimal, "a whole number without sign or leading zero"),
        ["boolean"] = Single((wanted, actual) => wanted == actual, Boolean, "true or false"),
        ["one-of"] = new(
            (wanted, actual, _) => actual is [var only] && wanted.Contains(only, StringComparer.Ordinal), Text, "printable text", Many: true),
        ["contains-all"] = new(
            (wanted, actual, _) => wanted.All(item => actual.Contains(item, StringComparer.Ordinal)), Uuid, "a UUID", Many: true, Every: true),
        [RefPatternName] = new(MatchesAny, RefText, RefExpectation, Many: true),
        ["callee"] = new((wanted, actual, _) => AcceptsCallee(wanted, actual), Pattern, PatternExpectation, Many: true),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Known.Keys;

    public static Matcher? Find(string name) => Known.GetValueOrDefault(name);

    private static Matcher Single(Func<string, string, bool> equal, Func<string, string?> normalize, string expectation) =>
        new((wanted, actual, _) => wanted is [var one] && actual is [var only] && equal(one, only), normalize, expectation);

    private static bool MatchesAny(IReadOnlyList<string> wanted, IReadOnlyList<string> actual, string package) =>
        actual is [var only] && wanted.Any(text => RefPattern.TryParse(text, out var pattern, out _) && pattern.For(package).Matches(only));

    /// <summary>Who trusts the files of the repository also trusts a job without a called file.</summary>
    private static bool AcceptsCallee(IReadOnlyList<string> wanted, IReadOnlyList<string> actual) =>
        MatchesAny(wanted, actual, package: "") || actual is ["none"] && wanted.Contains("same-repository", StringComparer.Ordinal);

    private static string? Text(string value) => value.Length is 0 or > 1024 || value.Any(char.IsControl) ? null : value;

    private static string? AsciiText(string value) => Ascii.IsValid(value) ? Text(value) : null;

    private static string? Uuid(string value) => ClaimReader.Normalize(value, ClaimType.Uuid);

    private static string? Decimal(string value) => ClaimReader.Normalize(value, ClaimType.DecimalText);

    private static string? Boolean(string value) => ClaimReader.Normalize(value, ClaimType.BooleanText);

    private static string? RefText(string value) => RefPattern.TryParse(value, out _, out _) ? value : null;

    private static string? Pattern(string value) => RefPattern.TryParse(value, out var pattern, out _) && !pattern.HasPlaceholders ? value : null;
}
