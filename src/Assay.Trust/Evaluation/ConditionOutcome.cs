using Assay.Npm;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Tokens;

namespace Assay.Trust.Evaluation;

/// <summary>Evaluates a condition on a run's claims. Total: every condition has a value on every run.</summary>
internal static class ConditionOutcome
{
    public static Truth Of(Condition condition, RunClaims claims) => condition switch
    {
        Condition.All all => Truths.All(all.Parts.Select(part => Of(part, claims))),
        Condition.Any any => Truths.Any(any.Parts.Select(part => Of(part, claims))),
        Condition.Not not => Truths.Not(Of(not.Part, claims)),
        Condition.Compare compare => Of(compare, claims),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>An array satisfies a comparison by any of its items.</summary>
    public static Truth Of(Condition.Compare compare, RunClaims claims) =>
        claims.Find(compare.Value) is { } actual
            ? Truths.Any(actual.Items.SelectMany(item => compare.Wanted.Select(wanted => Of(compare.Operator, wanted, item))))
            : Truth.Unknown;

    private static Truth Of(ConditionOperator comparison, string wanted, string actual) => comparison switch
    {
        ConditionOperator.Range => Truths.Of(VersionRange.TryParse(wanted, out var range)
            && SemanticVersion.TryParse(actual, out var version) && range.Contains(version)),
        ConditionOperator.Like => ByCase(wanted, actual, IsLike),
        _ => ByCase(wanted, actual, (one, other) => one == other),
    };

    // Some names ignore case at their CI system and some do not. Where only case differs it is unknown which, so a policy that allows does not
    // take it for equal, and one that denies does not take it for different.
    private static Truth ByCase(string wanted, string actual, Func<string, string, bool> matches) =>
        matches(wanted, actual) ? Truth.True
        : matches(wanted.ToUpperInvariant(), actual.ToUpperInvariant()) ? Truth.Unknown
        : Truth.False;

    private static bool IsLike(string wanted, string actual) => RefPattern.TryParse(wanted, out var pattern, out _) && pattern.Matches(actual);
}
