using Assay.Trust.Providers;

namespace Assay.Trust.Bindings;

/// <summary>Judges what a draft says about the provider's definition: constants, places of claims, audience.</summary>
internal static class BindingCheck
{
    private const int MaximumMembers = 3;
    private const int MaximumText = 256;

    /// <summary>Claims of the envelope are checked for what they are; a project named by one would be the issuer or a moment.</summary>
    private static readonly HashSet<string> Envelope = ["iss", "aud", "exp", "iat", "nbf", "jti"];

    public static Dictionary<string, string> Constants(ProviderDefinition definition, BindingDraft draft, List<string> problems)
    {
        Dictionary<string, string> constants = [];
        foreach (var (name, declared) in definition.Const)
        {
            var given = draft.Constants.GetValueOrDefault(name) ?? definition.Issuer.ConstantOf(draft.Issuer, name);
            if ((given ?? declared.Default) is not { } value)
            {
                problems.Add($"Constant '{name}' is needed ({name}=VALUE): {declared.Expectation}.");
            }
            else if (!declared.Accepts(value))
            {
                problems.Add($"Constant '{name}' must be {declared.Expectation}.");
            }
            else
            {
                constants[name] = value;
            }
        }
        problems.AddRange(draft.Constants.Keys.Where(name => !definition.Const.ContainsKey(name))
            .Select(name => $"Provider '{definition.Id}' has no constant '{name}'."));
        return constants;
    }

    public static void Claims(ProviderDefinition definition, BindingDraft draft, List<string> problems)
    {
        foreach (var (name, place) in draft.Claims)
        {
            if (definition.Claims.GetValueOrDefault(name) is not { Bound: true })
            {
                problems.Add($"Provider '{definition.Id}' has no claim '{name}' whose place a binding says.");
            }
            else if (ProblemWith(place, definition) is { } problem)
            {
                problems.Add($"Claim '{name}': {problem}");
            }
        }
        foreach (var name in draft.RequiredClaims.Where(name => !definition.Claims.ContainsKey(name)))
        {
            problems.Add($"Provider '{definition.Id}' has no claim '{name}' to require.");
        }
        foreach (var (name, claim) in definition.Claims.Where(claim => claim.Value.Bound && !draft.Claims.ContainsKey(claim.Key)))
        {
            if (claim.Presence is ClaimPresence.Required || draft.RequiredClaims.Contains(name, StringComparer.Ordinal))
            {
                problems.Add($"Say where the tokens of this issuer hold claim '{name}' ({name}=MEMBER). {claim.Hint}".TrimEnd());
            }
        }
    }

    /// <summary>The one audience that counts, or null for the registry's own.</summary>
    public static string? Audience(
        ProviderDefinition definition, BindingDraft draft, IReadOnlyDictionary<string, string> constants, List<string> problems)
    {
        var rules = definition.Token.Audience;
        if (draft.Audience is { } given && (rules.Mode is not AudienceMode.Configured || !IsText(given)))
        {
            problems.Add(rules.Mode is AudienceMode.Configured
                ? "An audience is printable ASCII text."
                : $"The audience of {definition.DisplayName} tokens is not set by an administrator, so a binding cannot name one.");
        }
        if (rules.Mode is not AudienceMode.Fixed)
        {
            return draft.Audience;
        }
        var audience = BindingText.Render(rules.Value!, definition.Issuer, draft.Issuer, constants);
        if (audience is null)
        {
            problems.Add($"The audience '{rules.Value}' cannot be made from issuer '{draft.Issuer}'.");
        }
        else if (!draft.AcceptSharedAudience)
        {
            problems.Add(
                $"Jobs at {definition.DisplayName} cannot ask for an audience: every token is for '{audience}', so whoever else is handed one "
                + "could publish with it. Accept the shared audience explicitly if you can live with that.");
        }
        return audience;
    }

    private static string? ProblemWith(IReadOnlyList<string> place, ProviderDefinition definition)
    {
        if (place.Count is 0 or > MaximumMembers || !place.All(IsText))
        {
            return $"a place is 1 to {MaximumMembers} member names of printable ASCII.";
        }
        if (place.Count == 1 && Envelope.Contains(place[0]))
        {
            return $"'{place[0]}' belongs to the token itself and names nothing else.";
        }
        // A place that callers fill as they like must not come back under a trusted name.
        var isTrap = definition.Claims.Values.Any(claim => claim is { Class: ClaimClass.Trap, Bound: false }
            && claim.At.Zip(place).Count(pair => pair.First == pair.Second) == Math.Min(claim.At.Count, place.Count));
        return isTrap ? $"'{string.Join(" > ", place)}' is chosen by callers or outsiders at {definition.DisplayName}." : null;
    }

    private static bool IsText(string text) => text.Length is > 0 and <= MaximumText && text.All(character => character is >= ' ' and <= '~');
}
