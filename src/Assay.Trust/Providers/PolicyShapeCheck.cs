using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Trust.Providers;

/// <summary>What policies may rest on: declared values, known matchers, and ids rather than names.</summary>
internal static class PolicyShapeCheck
{
    public static IEnumerable<string> Problems(ProviderDefinition definition) =>
        [.. Fields(definition), .. Pins(definition), .. Gate(definition)];

    private static IEnumerable<string> Fields(ProviderDefinition definition)
    {
        foreach (var field in definition.Policy.Fields)
        {
            if (Matcher.Find(field.With) is null || field.Format is { } format && !ValueFormats.Knows(format))
            {
                yield return $"policy.fields.{field.Name}: there is no matcher '{field.With}' or no format '{field.Format}'.";
            }
            if (field.Matches.Source is ValueSource.Constant || !DefinitionCheck.Exists(definition, field.Matches))
            {
                yield return $"policy.fields.{field.Name}: there is no {field.Matches}.";
            }
            else if (field.Matches.Source is ValueSource.Claim && definition.Claims[field.Matches.Name].Class is ClaimClass.Trap)
            {
                yield return $"policy.fields.{field.Name}: claim '{field.Matches.Name}' is chosen by outsiders (class T).";
            }
            if (field.AllowedForRead.Count > 0 && (field.Allowed.Count == 0 || field.Allowed.Intersect(field.AllowedForRead).Any()))
            {
                yield return $"policy.fields.{field.Name}.allowedForRead: adds to a closed set of allowed values.";
            }
            if (!RefusalCodes.Meanings.ContainsKey(field.Refusal))
            {
                yield return $"policy.fields.{field.Name}: there is no refusal code '{field.Refusal}'.";
            }
        }
        foreach (var name in definition.Policy.Fields.GroupBy(field => field.Name).Where(group => group.Count() > 1))
        {
            yield return $"policy.fields.{name.Key}: declared twice.";
        }
    }

    private static IEnumerable<string> Pins(ProviderDefinition definition)
    {
        if (definition.Policy.Pin.Count == 0)
        {
            yield return "policy.pin: identity needs at least one stable id.";
        }
        foreach (var pin in definition.Policy.Pin)
        {
            var wanted = pin.ByName ? ClaimClass.Mutable : ClaimClass.Stable;
            if (definition.Claims.GetValueOrDefault(pin.Claim) is not { Presence: ClaimPresence.Required, Personal: false } claim || claim.Class != wanted)
            {
                yield return pin.ByName
                    ? $"policy.pin: '{pin.Claim}' is pinned by name and must be a required claim of class M."
                    : $"policy.pin: '{pin.Claim}' must be a required claim of class S.";
            }
            if (pin is { ByName: true, AtCreation: false })
            {
                // Learning a name would give the package to whoever uses the name first.
                yield return $"policy.pin: '{pin.Claim}' is pinned by name, so it must be given at creation.";
            }
            if (pin.Field is { } name
                && definition.Policy.Fields.FirstOrDefault(field => field.Name == name)?.Matches != new ValueReference(ValueSource.Claim, pin.Claim))
            {
                yield return $"policy.pin: there is no field '{name}' on claim '{pin.Claim}'.";
            }
        }
    }

    private static IEnumerable<string> Gate(ProviderDefinition definition)
    {
        var fields = definition.Policy.Fields.Select(field => field.Name).ToHashSet();
        foreach (var proved in definition.Policy.Gate.Proved)
        {
            if (definition.Claims.GetValueOrDefault(proved.Claim) is null or { Class: ClaimClass.Trap }
                || proved.WhenField is { } when && !fields.Contains(when))
            {
                yield return $"policy.gate.proved: there is no claim '{proved.Claim}', it is chosen by outsiders, or there is no field '{proved.WhenField}'.";
            }
        }
        foreach (var declared in definition.Policy.Gate.DeclaredBy.Where(declared => !fields.Contains(declared.Field)))
        {
            yield return $"policy.gate.declaredBy: there is no field '{declared.Field}'.";
        }
    }
}
