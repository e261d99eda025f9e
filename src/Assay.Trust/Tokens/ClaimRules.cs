using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>The provider's own rules over claims: runs that never get anything, or never write, and claims that must agree.</summary>
internal static class ClaimRules
{
    public static bool Knows(ConsistencyRule rule) => rule.Rule switch
    {
        ConsistencyRule.Equal or ConsistencyRule.AllPresentOrAbsent or ConsistencyRule.AnyPresent =>
            rule is { Claims.Count: >= 2, Segment: null, Prefix: null },
        ConsistencyRule.BeginsWith => rule is { Claims.Count: 1, Segment: null, Prefix: not null },
        ConsistencyRule.IssuerSegmentEquals => rule is { Claims.Count: 1, Segment: not null, Prefix: null },
        ConsistencyRule.GitHubImmutableSubject => rule is { Claims.Count: 3, Segment: null, Prefix: null },
        _ => false,
    };

    public static Refusal? Check(ProviderDefinition definition, IssuerBinding binding, ClaimTable claims) =>
        Forbidden(RefuseOn.Always, definition, binding, claims) ?? Contradiction(definition, binding, claims);

    /// <summary>Why a run of this kind never writes, or null.</summary>
    public static Refusal? CheckWrite(ProviderDefinition definition, IssuerBinding binding, ClaimTable claims) =>
        Forbidden(RefuseOn.Write, definition, binding, claims);

    private static Refusal? Forbidden(RefuseOn on, ProviderDefinition definition, IssuerBinding binding, ClaimTable claims)
    {
        foreach (var rule in definition.Refuse.Where(rule => rule.On == on))
        {
            var value = claims.Claim(rule.Claim);
            var isExempt = rule.Unless is { } unless && unless.Holds(claims.Claim(unless.Claim));
            if (rule.Holds(value) && !isExempt)
            {
                return new Refusal(rule.Code, $"{Presented(rule.Claim, value, definition, binding)} {rule.Because}");
            }
        }
        return null;
    }

    private static string Presented(string claim, ClaimValue? value, ProviderDefinition definition, IssuerBinding binding)
    {
        var shown = ClaimReader.Shown(claim, definition, binding);
        return value is null ? $"The identity token has no claim '{shown}'."
            : definition.Claims[claim].Personal ? $"Claim '{shown}' has a value that is not accepted."
            : $"Claim '{shown}' is '{Printable.Value(value.Text)}'.";
    }

    private static Refusal? Contradiction(ProviderDefinition definition, IssuerBinding binding, ClaimTable claims)
    {
        foreach (var rule in definition.Consistency)
        {
            var values = rule.Claims.Select(name => claims.Claim(name)?.Text).ToList();
            if (!Holds(rule, values, definition, binding))
            {
                var names = string.Join(", ", rule.Claims.Select(claim => $"'{ClaimReader.Shown(claim, definition, binding)}'"));
                return new Refusal(RefusalCodes.ClaimsInconsistent, $"Identity token refused: {names} {Trouble(rule)}.");
            }
        }
        return null;
    }

    private static bool Holds(ConsistencyRule rule, List<string?> values, ProviderDefinition definition, IssuerBinding binding) =>
        rule.Rule switch
        {
            ConsistencyRule.Equal => values.OfType<string>().Distinct(StringComparer.Ordinal).Count() <= 1,
            ConsistencyRule.AllPresentOrAbsent => values.Select(value => value is null).Distinct().Count() == 1,
            ConsistencyRule.AnyPresent => values.Exists(value => value is not null),
            ConsistencyRule.BeginsWith =>
                BindingText.Render(rule.Prefix!, definition.Issuer, binding.Issuer, binding.Constants) is { } prefix
                && values[0] is { } value && value.Length > prefix.Length && value.StartsWith(prefix, StringComparison.Ordinal),
            ConsistencyRule.IssuerSegmentEquals =>
                definition.Issuer.Match(binding.Issuer)?.GetValueOrDefault(rule.Segment!) is not { } segment || segment == values[0],
            ConsistencyRule.GitHubImmutableSubject => GitHubSubject.Agrees(values[0], values[1], values[2]),
            _ => false,
        };

    private static string Trouble(ConsistencyRule rule) => rule.Rule switch
    {
        ConsistencyRule.AnyPresent => "are all absent, and one of them is needed",
        ConsistencyRule.BeginsWith or ConsistencyRule.IssuerSegmentEquals => "contradicts the issuer",
        _ => "contradict each other",
    };
}
