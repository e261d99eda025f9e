using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>A range of versions in npm's notation: alternatives by <c>||</c>, each a list of comparators that must all hold.</summary>
public sealed class VersionRange
{
    /// <summary>npm sets no limit; this one bounds the work that a hostile text can cause.</summary>
    public const int MaxLength = 2048;

    private readonly IReadOnlyList<IReadOnlyList<Comparator>> alternatives;

    private VersionRange(IReadOnlyList<IReadOnlyList<Comparator>> alternatives) => this.alternatives = alternatives;

    /// <summary>Reads a range; the empty text means any version.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionRange? range)
    {
        range = null;
        if (text is null || text.Length > MaxLength)
            return false;
        List<IReadOnlyList<Comparator>> alternatives = [];
        foreach (var part in JavaScriptText.Collapse(text).Split("||"))
        {
            if (!RangeGrammar.TryReadComparators(part.Trim(' '), out var comparators))
                return false;
            alternatives.Add(comparators);
        }

        range = new VersionRange(alternatives);
        return true;
    }

    /// <summary>
    /// Whether the version lies in the range. A pre-release does so only if a comparator of the same alternative names a
    /// pre-release of the same three numbers.
    /// </summary>
    public bool Contains(SemanticVersion version) => alternatives.Any(comparators => Satisfies(version, comparators));

    /// <summary>
    /// Whether the version lies between the range's ends, pre-releases like all others: for rules that keep something away, which a pre-release
    /// must not slip through.
    /// </summary>
    public bool ContainsByOrder(SemanticVersion version) => alternatives.Any(comparators => comparators.All(comparator => comparator.Accepts(version)));

    /// <summary>The same by its ends, for those who know no ranges; an alternative that holds nothing is left out.</summary>
    public IReadOnlyList<VersionInterval> Intervals => [.. alternatives.Select(VersionInterval.Of).OfType<VersionInterval>()];

    /// <summary>The greatest version within the range, or null.</summary>
    public SemanticVersion? MaxSatisfying(IEnumerable<SemanticVersion> versions) => versions.Where(Contains).Max();

    private static bool Satisfies(SemanticVersion version, IReadOnlyList<Comparator> comparators) =>
        comparators.All(comparator => comparator.Accepts(version))
        && (!version.IsPrerelease || comparators.Any(comparator => comparator.NamesPrereleaseOf(version)));
}
