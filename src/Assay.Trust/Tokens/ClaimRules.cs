using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>The provider's own rules over claims: runs that never publish, and claims that must agree.</summary>
internal static class ClaimRules
{
    public static bool Knows(ConsistencyRule rule) => rule.Rule switch
    {
        ConsistencyRule.Equal or ConsistencyRule.AllPresentOrAbsent => rule.Claims.Count >= 2 && rule.Segment is null,
        ConsistencyRule.IssuerSegmentEquals => rule.Claims.Count == 1 && rule.Segment is not null,
        ConsistencyRule.GitHubImmutableSubject => rule.Claims.Count == 3 && rule.Segment is null,
        _ => false,
    };

    public static Refusal? Check(ProviderDefinition definition, string issuer, ClaimTable claims) =>
        Forbidden(definition, claims) ?? Contradiction(definition, issuer, claims);

    private static Refusal? Forbidden(ProviderDefinition definition, ClaimTable claims)
    {
        foreach (var rule in definition.Refuse)
        {
            if (claims.Claim(rule.Claim) is { } value && rule.Applies(value.Text))
            {
                var claim = definition.Claims[rule.Claim].At[^1];
                return new Refusal(rule.Code, $"Claim '{claim}' is '{Printable.Value(value.Text)}'. {rule.Because}");
            }
        }
        return null;
    }

    private static Refusal? Contradiction(ProviderDefinition definition, string issuer, ClaimTable claims)
    {
        foreach (var rule in definition.Consistency)
        {
            if (!Holds(rule, definition, issuer, claims))
            {
                var names = string.Join(", ", rule.Claims.Select(claim => $"'{definition.Claims[claim].At[^1]}'"));
                var against = rule.Segment is null ? "contradict each other" : "contradicts the issuer";
                return new Refusal(RefusalCodes.ClaimsInconsistent, $"Identity token refused: {names} {against}.");
            }
        }
        return null;
    }

    private static bool Holds(ConsistencyRule rule, ProviderDefinition definition, string issuer, ClaimTable claims)
    {
        var values = rule.Claims.Select(name => claims.Claim(name)?.Text).ToList();
        return rule.Rule switch
        {
            ConsistencyRule.Equal => values.OfType<string>().Distinct(StringComparer.Ordinal).Count() <= 1,
            ConsistencyRule.AllPresentOrAbsent => values.Select(value => value is null).Distinct().Count() == 1,
            ConsistencyRule.IssuerSegmentEquals =>
                definition.Issuer.Match(issuer)?.GetValueOrDefault(rule.Segment!) is not { } segment || segment == values[0],
            ConsistencyRule.GitHubImmutableSubject => GitHubSubject.Agrees(values[0], values[1], values[2]),
            _ => false,
        };
    }
}
