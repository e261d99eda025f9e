using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Policies;

/// <summary>Judges a draft against the provider's definition.</summary>
internal static class PolicyCheck
{
    public static Dictionary<string, IReadOnlyList<string>> Fields(ProviderDefinition definition, PolicyDraft draft, List<string> problems)
    {
        foreach (var unknown in draft.Fields.Keys.Except(definition.Policy.Fields.Select(field => field.Name)))
        {
            problems.Add($"{definition.DisplayName} policies have no field '{unknown}'.");
        }
        Dictionary<string, IReadOnlyList<string>> fields = [];
        foreach (var field in definition.Policy.Fields)
        {
            var given = draft.Fields.GetValueOrDefault(field.Name) ?? [];
            var values = (given.Count > 0 ? given : field.Default).Select(value => Value(field, value, problems)).ToList();
            if (values.Count > 1 && !Matcher.Find(field.With)!.Many)
            {
                problems.Add($"Field '{field.Name}' takes one value.");
            }
            if (values.Count > 0)
            {
                fields[field.Name] = values;
            }
            else if (field.Required)
            {
                problems.Add($"Field '{field.Name}' is required: add {field.Option}.");
            }
        }
        return fields;
    }

    public static Dictionary<string, string> Pins(ProviderDefinition definition, PolicyDraft draft, List<string> problems)
    {
        foreach (var unknown in draft.Pins.Keys.Except(definition.Policy.Pin.Select(pin => pin.Claim)))
        {
            problems.Add($"{definition.DisplayName} policies have no id '{unknown}'.");
        }
        Dictionary<string, string> pins = [];
        foreach (var pin in definition.Policy.Pin)
        {
            if (!draft.Pins.TryGetValue(pin.Claim, out var given))
            {
                if (pin.AtCreation)
                {
                    problems.Add($"The id '{pin.Claim}' is required.");
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
        ProviderDefinition definition, PolicyDraft draft, Dictionary<string, IReadOnlyList<string>> fields, List<string> problems)
    {
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
            problems.Add("A policy grants at least one action, such as publish.");
        }
        if (gate is Policies.Gate.Any && (draft.Actions & ~(TrustActions.Stage | TrustActions.Read)) != TrustActions.None)
        {
            problems.Add("Without a release gate a policy grants stage only: a person then approves each version.");
        }
    }

    private static Gate? DefaultGate(GateShape shape, Dictionary<string, IReadOnlyList<string>> fields)
    {
        var implied = shape.DeclaredBy.Where(declared => declared.Implied).Select(declared => declared.Field);
        var named = implied.Where(fields.ContainsKey).ToList();
        return named.Count > 0 ? new Gate.Declared(named) : shape.Proved.Count > 0 ? new Gate.Proved() : null;
    }

    private static bool IsDeclarable(GateShape shape, Dictionary<string, IReadOnlyList<string>> fields, string field) =>
        fields.ContainsKey(field) && shape.DeclaredBy.Any(declared => declared.Field == field);

    private static string Value(PolicyField field, string value, List<string> problems)
    {
        var matcher = Matcher.Find(field.With)!;
        if (matcher.Normalize(value) is not { } normal)
        {
            problems.Add($"Field '{field.Name}' must be {matcher.Expectation}.");
            return value;
        }
        if (field.Allowed.Count > 0 && !field.Allowed.Contains(normal, StringComparer.Ordinal))
        {
            problems.Add($"Field '{field.Name}' cannot be '{normal}'. Possible: {string.Join(", ", field.Allowed)}.");
        }
        else if (!ValueFormats.Accepts(field.Format, normal))
        {
            problems.Add($"Field '{field.Name}' must be {ValueFormats.Expectation(field.Format!)}.");
        }
        return normal;
    }
}
