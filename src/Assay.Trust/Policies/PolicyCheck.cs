using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Policies;

/// <summary>Judges a draft against the provider's definition.</summary>
internal static class PolicyCheck
{
    private const int MostValues = 64;

    public static IEnumerable<string> Shape(ProviderDefinition? definition, PolicyDraft draft)
    {
        if (draft.Effect is PolicyEffect.Allow && (draft.BindingId is null || definition is null))
        {
            yield return "A policy names the issuer binding whose runs it trusts.";
        }
        if (draft.Effect is PolicyEffect.Deny && draft.BindingId is null && draft.Fields.Count > 0)
        {
            yield return "A deny for every issuer has no fields: those belong to a provider.";
        }
        if (draft.Effect is PolicyEffect.Deny && (draft.Pins.Count > 0 || draft.Gate is not null || draft.Limits != PublishLimits.None || draft.Divert != DivertRules.None))
        {
            yield return "A deny has no ids to learn, no gate, no limits and diverts nothing: it says what is refused by 'fields' and 'when'.";
        }
        if (draft.Effect is PolicyEffect.Allow && draft.Target.Level is NameLevel.Everything)
        {
            yield return "A policy that allows speaks of one package, a pattern in a scope, or a scope.";
        }
    }

    public static Dictionary<string, IReadOnlyList<string>> Fields(ProviderDefinition? definition, PolicyDraft draft, List<string> problems)
    {
        Dictionary<string, IReadOnlyList<string>> fields = [];
        if (definition is null)
        {
            return fields;
        }
        foreach (var unknown in draft.Fields.Keys.Except(definition.Policy.Fields.Select(field => field.Name)))
        {
            problems.Add($"{definition.DisplayName} policies have no field '{unknown}'.");
        }
        foreach (var field in definition.Policy.Fields)
        {
            var values = Wanted(field, draft).Select(value => Value(field, draft, value, problems)).ToList();
            if (values.Count > 1 && !Matcher.Find(field.With)!.Many)
            {
                problems.Add($"Field '{field.Name}' takes one value.");
            }
            if (values.Count > MostValues)
            {
                problems.Add($"Field '{field.Name}' takes at most {MostValues} values.");
            }
            if (values.Count > 0)
            {
                fields[field.Name] = values;
            }
            else if (field.Required && draft.Effect is PolicyEffect.Allow)
            {
                problems.Add($"Field '{field.Name}' is required: add {field.Option}.");
            }
        }
        return fields;
    }

    public static Dictionary<string, string> Pins(ProviderDefinition? definition, PolicyDraft draft, List<string> problems)
    {
        Dictionary<string, string> pins = [];
        if (definition is null || draft.Effect is PolicyEffect.Deny)
        {
            return pins;
        }
        foreach (var unknown in draft.Pins.Keys.Except(definition.Policy.Pin.Select(pin => pin.Claim)))
        {
            problems.Add($"{definition.DisplayName} policies have no id '{unknown}'.");
        }
        foreach (var pin in definition.Policy.Pin)
        {
            if (Given(draft, pin) is not { } given)
            {
                if (pin.AtCreation)
                {
                    problems.Add($"The id '{pin.Claim}' is required. {pin.Find}".TrimEnd());
                }
            }
            else if (ClaimReader.Normalize(given, definition.Claims[pin.Claim].Type) is { Length: > 0 } id)
            {
                pins[pin.Claim] = id;
            }
            else
            {
                problems.Add($"The id '{pin.Claim}' is not in the form of {definition.DisplayName}'s ids.");
            }
        }
        return pins;
    }

    public static Gate? Gate(
        ProviderDefinition? definition, PolicyDraft draft, Dictionary<string, IReadOnlyList<string>> fields, List<string> problems)
    {
        // A deny asks for nothing, and reading is no release.
        if (definition is null || draft.Effect is PolicyEffect.Deny || draft.Gate is null && draft.Actions is TrustActions.Read)
        {
            return new Gate.Any();
        }
        var shape = definition.Policy.Gate;
        var gate = draft.Gate ?? DefaultGate(shape, fields);
        switch (gate)
        {
            case null:
                problems.Add($"Without a release gate, any run of the workflow could publish. {shape.Advice}");
                break;
            case Policies.Gate.Proved when shape.Proved.Count == 0:
                problems.Add($"{definition.DisplayName} has no protection claim that could prove a release. {shape.Advice}");
                break;
            case Policies.Gate.Declared { Fields.Count: 0 }:
                problems.Add($"A declared gate names the fields that it rests on. {shape.Advice}");
                break;
            case Policies.Gate.Declared declared:
                foreach (var field in declared.Fields.Where(field => !IsDeclarable(shape, fields, field)))
                {
                    problems.Add($"The policy cannot declare its gate by '{field}'. {shape.Advice}");
                }
                break;
        }
        return gate;
    }

    public static void Actions(PolicyDraft draft, Gate? gate, List<string> problems)
    {
        if (draft.Actions is TrustActions.None)
        {
            problems.Add(draft.Effect is PolicyEffect.Allow
                ? "A policy grants at least one action, such as publish."
                : "A deny names at least one action, such as publish.");
        }
        if (draft.Effect is PolicyEffect.Allow && gate is Policies.Gate.Any
            && (draft.Actions & ~(TrustActions.Stage | TrustActions.Read)) != TrustActions.None)
        {
            problems.Add("Without a release gate a policy grants stage and read only: a person then approves each version.");
        }
    }

    private static string? Given(PolicyDraft draft, PinnedClaim pin) =>
        draft.Pins.GetValueOrDefault(pin.Claim)
        ?? (pin.Field is { } field && draft.Fields.GetValueOrDefault(field) is [var only] ? only : null);

    private static Gate? DefaultGate(GateShape shape, Dictionary<string, IReadOnlyList<string>> fields)
    {
        var implied = shape.DeclaredBy.Where(declared => declared.Implied).Select(declared => declared.Field);
        var named = implied.Where(fields.ContainsKey).ToList();
        return named.Count > 0 ? new Gate.Declared(named) : shape.Proved.Count > 0 ? new Gate.Proved() : null;
    }

    private static bool IsDeclarable(GateShape shape, Dictionary<string, IReadOnlyList<string>> fields, string field) =>
        fields.ContainsKey(field) && shape.DeclaredBy.Any(declared => declared.Field == field);

    /// <summary>A default narrows what a policy allows; in a deny it would narrow what is refused.</summary>
    private static IReadOnlyList<string> Wanted(PolicyField field, PolicyDraft draft)
    {
        var given = draft.Fields.GetValueOrDefault(field.Name) ?? [];
        return given.Count > 0 || draft.Effect is PolicyEffect.Deny ? given : field.Default;
    }

    private static string Value(PolicyField field, PolicyDraft draft, string value, List<string> problems)
    {
        var matcher = Matcher.Find(field.With)!;
        if (matcher.Normalize(value) is not { } normal)
        {
            problems.Add($"Field '{field.Name}' must be {matcher.Expectation}.");
            return value;
        }
        var allowed = draft.Actions is TrustActions.Read ? [.. field.Allowed, .. field.AllowedForRead] : field.Allowed;
        if (field.Allowed.Count > 0 && draft.Effect is PolicyEffect.Allow && !allowed.Contains(normal, StringComparer.Ordinal))
        {
            problems.Add($"Field '{field.Name}' cannot be '{normal}'. Possible: {string.Join(", ", allowed)}.");
        }
        else if (!ValueFormats.Accepts(field.Format, normal))
        {
            problems.Add($"Field '{field.Name}' must be {ValueFormats.Expectation(field.Format!)}.");
        }
        return normal;
    }
}
