namespace Assay.Npm;

/// <summary>Versions between two ends, by their order: from the lower one on (null: from the first of all), up to the upper one (null: all that follow).</summary>
public sealed record VersionInterval(SemanticVersion? From, SemanticVersion? To, bool HasTo)
{
    private const string First = "0.0.0-0";

    /// <summary>As npm writes it.</summary>
    public override string ToString() => (From, To) switch
    {
        (null, null) => "*",
        (null, _) => Upper,
        (_, null) => $">={From}",
        _ when HasTo && From == To => $"{From}",
        _ => $">={From} {Upper}",
    };

    /// <summary>What satisfies all of these; null when nothing can.</summary>
    internal static VersionInterval? Of(IEnumerable<Comparator> comparators)
    {
        var bounds = comparators.Where(bound => bound.Version is not null).ToList();
        var from = bounds.Where(bound => bound.Operator is not ("<" or "<=")).Select(bound => bound.Operator == ">" ? After(bound.Version!) : bound.Version!).Max();
        // Of two at the same version the one that leaves it out is the closer.
        var to = bounds.Where(bound => bound.Operator is not (">" or ">=")).OrderBy(bound => bound.Version).ThenBy(bound => bound.Operator != "<").FirstOrDefault();
        var interval = new VersionInterval(from, to?.Version, to is { Operator: not "<" });
        return interval.IsEmpty ? null : interval;
    }

    private bool IsEmpty => To is not null && (HasTo ? From > To : From is null ? $"{To}" == First : From >= To);

    private string Upper => $"{(HasTo ? "<=" : "<")}{To}";

    // The least that is greater: a pre-release gets one more part, a release is followed by the first pre-release of the next.
    private static SemanticVersion After(SemanticVersion version) =>
        SemanticVersion.TryParse(version.IsPrerelease ? $"{version}.0" : $"{version.Major}.{version.Minor}.{version.Patch + 1}-0", out var next) ? next : version;
}
