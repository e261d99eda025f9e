using Assay.Trust.Policies;
using Assay.Trust.Tokens;

namespace Assay.Trust.Providers;

/// <summary>One claim and one thing to ask of it: in, not in, matches, not matches, present or absent.</summary>
public record ClaimCondition
{
    public required string Claim { get; init; }

    public IReadOnlyList<string>? In { get; init; }

    public IReadOnlyList<string>? NotIn { get; init; }

    /// <summary>Patterns in the language of <see cref="RefPattern"/>, from end to end.</summary>
    public IReadOnlyList<string>? Matches { get; init; }

    public IReadOnlyList<string>? NotMatches { get; init; }

    public bool? Present { get; init; }

    public bool? Absent { get; init; }

    /// <summary>Of an array, one item that holds is enough. Only <see cref="Absent"/> holds for a claim that is not there.</summary>
    internal bool Holds(ClaimValue? value) => value is null ? Absent is true : Present is true || value.Items.Any(Holds);

    internal bool IsOneCondition() =>
        new object?[] { In, NotIn, Matches, NotMatches, Present, Absent }.Count(condition => condition is not null) == 1
        && Present is not false && Absent is not false
        && (Matches ?? NotMatches ?? []).All(text => RefPattern.TryParse(text, out var pattern, out _) && !pattern.HasPlaceholders)
        && (In ?? NotIn ?? Matches ?? NotMatches) is not { Count: 0 };

    private bool Holds(string item) =>
        In?.Contains(item, StringComparer.Ordinal) is true
        || NotIn?.Contains(item, StringComparer.Ordinal) is false
        || Matches is not null && MatchesAny(Matches, item)
        || NotMatches is not null && !MatchesAny(NotMatches, item);

    private static bool MatchesAny(IReadOnlyList<string> patterns, string item) =>
        patterns.Any(text => RefPattern.TryParse(text, out var pattern, out _) && pattern.Matches(item));
}
