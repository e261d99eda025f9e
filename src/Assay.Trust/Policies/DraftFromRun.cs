using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Bindings;
using Assay.Trust.Tokens;

namespace Assay.Trust.Policies;

/// <summary>
/// The narrowest plain policy for a run, from what it presented: for an owner who sees it refused and means to trust it. What a run presents is no
/// reason to trust it, so nothing is ever made of the draft without an owner.
/// </summary>
public static class DraftFromRun
{
    /// <summary>False when no policy can be made for runs like this one; the problems say what is in the way.</summary>
    public static bool TryMake(
        RunClaims claims, NamePattern target, TrustActions actions, [NotNullWhen(true)] out PolicyDraft? draft, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        if (claims.WriteRefusal is { } forbidden && actions is not TrustActions.Read)
        {
            found.Add(forbidden.PublicText);
        }
        var fields = RequiredFields(claims, found);
        var gate = actions is TrustActions.Read ? null : MakeGate(claims, fields, found);
        draft = new PolicyDraft
        {
            Target = target,
            BindingId = claims.Binding.Id,
            Actions = actions,
            Fields = fields,
            Gate = gate,
            Pins = claims.Definition.Policy.Pin.Where(pin => claims[pin.Claim] is not null).ToDictionary(pin => pin.Claim, pin => claims[pin.Claim]!),
        };
        problems = found;
        if (found.Count > 0 || !TrustPolicy.TryCreate(claims.Definition, draft, new PolicyLife("draft", DateTimeOffset.MinValue), out _, out problems))
        {
            draft = null;
        }
        return draft is not null;
    }

    private static Dictionary<string, IReadOnlyList<string>> RequiredFields(RunClaims claims, List<string> problems)
    {
        Dictionary<string, IReadOnlyList<string>> fields = [];
        foreach (var field in claims.Definition.Policy.Fields.Where(field => field.Required))
        {
            if (claims.Find(field.Matches) is { } presented)
            {
                fields[field.Name] = presented.Items;
            }
            else
            {
                problems.Add($"The run does not say its {field.Matches.Name}, which a policy needs as '{field.Name}'.");
            }
        }
        return fields;
    }

    /// <summary>Proved where the run proved it; else declared by what counts as a declaration when it is named; never none.</summary>
    private static Gate? MakeGate(RunClaims claims, Dictionary<string, IReadOnlyList<string>> fields, List<string> problems)
    {
        var shape = claims.Definition.Policy.Gate;
        foreach (var proof in shape.Proved.Where(proof => claims[proof.Claim] == proof.Expected))
        {
            if (proof.WhenField is null || TryAdd(proof.WhenField, claims, fields))
            {
                return new Gate.Proved();
            }
        }
        var declared = shape.DeclaredBy.Where(declared => declared.Implied && TryAdd(declared.Field, claims, fields)).Select(declared => declared.Field).ToList();
        if (declared.Count > 0)
        {
            return new Gate.Declared(declared);
        }
        problems.Add($"Nothing makes this run a release. {shape.Advice}");
        return null;
    }

    private static bool TryAdd(string name, RunClaims claims, Dictionary<string, IReadOnlyList<string>> fields)
    {
        var field = claims.Definition.Policy.Fields.First(field => field.Name == name);
        if (claims.Find(field.Matches) is not { } presented)
        {
            return false;
        }
        fields[name] = presented.Items;
        return true;
    }
}
