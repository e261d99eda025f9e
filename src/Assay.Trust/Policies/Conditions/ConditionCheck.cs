using Assay.Npm;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies.Conditions;

/// <summary>What a condition may rest on, and how large it may grow.</summary>
internal static class ConditionCheck
{
    public const int Depth = 4;
    private const int Comparisons = 32;
    private const int Values = 32;
    private const int ValueLength = 512;

    public static IEnumerable<string> Problems(ProviderDefinition? definition, Condition? condition)
    {
        if (condition is null)
        {
            yield break;
        }
        if (definition is null)
        {
            yield return "'when' compares claims of a provider, so the policy must name a binding.";
            yield break;
        }
        if (DepthOf(condition) > Depth || condition.Comparisons.Count() > Comparisons)
        {
            yield return $"'when' nests at most {Depth} deep and holds at most {Comparisons} comparisons.";
        }
        foreach (var problem in condition.Comparisons.SelectMany(comparison => Problems(definition, comparison)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Problems(ProviderDefinition definition, Condition.Compare comparison)
    {
        var name = comparison.Value.Name;
        if (comparison.Value.Source is ValueSource.Constant || !DefinitionCheck.Exists(definition, comparison.Value))
        {
            yield return $"'when' compares '{name}', which {definition.DisplayName} tokens do not have.";
        }
        else if (comparison.Value.Source is ValueSource.Claim && definition.Claims[name].Class is ClaimClass.Trap)
        {
            yield return $"'when' cannot rest on '{name}': callers or outsiders choose it.";
        }
        if (comparison.Wanted.Count is 0 or > Values || comparison.Wanted.Any(value => value.Length is 0 or > ValueLength || value.Any(char.IsControl)))
        {
            yield return $"'when' compares '{name}' with 1 to {Values} printable values of at most {ValueLength} characters.";
        }
        foreach (var wanted in comparison.Wanted.Where(wanted => !IsReadable(comparison.Operator, wanted)))
        {
            yield return comparison.Operator is ConditionOperator.Like
                ? $"'{wanted}' is not a pattern: literals, * and ** with at most four stars."
                : $"'{wanted}' is not a version range.";
        }
    }

    private static bool IsReadable(ConditionOperator comparison, string wanted) => comparison switch
    {
        ConditionOperator.Like => RefPattern.TryParse(wanted, out var pattern, out _) && !pattern.HasPlaceholders,
        ConditionOperator.Range => VersionRange.TryParse(wanted, out _),
        _ => true,
    };

    private static int DepthOf(Condition condition) => condition switch
    {
        Condition.All all => 1 + all.Parts.Select(DepthOf).DefaultIfEmpty(0).Max(),
        Condition.Any any => 1 + any.Parts.Select(DepthOf).DefaultIfEmpty(0).Max(),
        Condition.Not not => 1 + DepthOf(not.Part),
        _ => 1,
    };
}
