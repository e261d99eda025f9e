using System.Text.RegularExpressions;
using Assay.Trust.Tokens;

namespace Assay.Trust.Providers;

/// <summary>What the JSON shape alone cannot promise: names that exist, rules that are known, identity that rests on ids.</summary>
internal static partial class DefinitionCheck
{
    public static IReadOnlyList<string> Problems(ProviderDefinition definition) =>
    [
        .. Identity(definition), .. IssuerCheck.Problems(definition), .. ClaimCheck.Problems(definition),
        .. Derived(definition), .. PolicyShapeCheck.Problems(definition), .. Shown(definition), .. Links(definition),
        .. ProvenanceCheck.Problems(definition), .. SigstoreShape.Problems(definition),
    ];

    internal static bool Exists(ProviderDefinition definition, ValueReference reference) => reference.Source switch
    {
        ValueSource.Claim => definition.Claims.ContainsKey(reference.Name),
        ValueSource.Derived => definition.Derive.ContainsKey(reference.Name),
        _ => definition.Const.ContainsKey(reference.Name),
    };

    private static IEnumerable<string> Identity(ProviderDefinition definition)
    {
        if (!Id().IsMatch(definition.Id))
        {
            yield return $"id: '{definition.Id}' must be lower-case letters, digits and dashes.";
        }
        if (definition.Revision < 1)
        {
            yield return "revision: counts from 1.";
        }
        if (definition.DisplayName.Length is 0 or > 64)
        {
            yield return "displayName: 1 to 64 characters.";
        }
    }

    private static IEnumerable<string> Derived(ProviderDefinition definition)
    {
        foreach (var (name, rule) in definition.Derive)
        {
            if (!Extractors.Knows(rule))
            {
                yield return $"derive.{name}: '{rule.Use}' is not a built-in extractor with these inputs.";
            }
            foreach (var input in rule.Inputs.Values.Where(input => input.Source is ValueSource.Derived || !Exists(definition, input)))
            {
                yield return $"derive.{name}: there is no {input}.";
            }
        }
    }

    private static IEnumerable<string> Shown(ProviderDefinition definition)
    {
        foreach (var claim in new[] { definition.Run.Project, definition.Run.Owner }.OfType<string>())
        {
            if (definition.Claims.GetValueOrDefault(claim) is not { Presence: ClaimPresence.Required, Class: not ClaimClass.Trap, Personal: false })
            {
                yield return $"run: '{claim}' must be a required claim, neither personal nor chosen by outsiders (class T).";
            }
        }
        if (definition.Run.Run is { } run
            && definition.Claims.GetValueOrDefault(run) is not { Class: not ClaimClass.Trap, Personal: false })
        {
            yield return $"run.run: '{run}' must be a claim, neither personal nor chosen by outsiders (class T).";
        }
        foreach (var part in definition.Recital.Where(part => !MayShow(definition, part.Value)))
        {
            yield return $"recital: there is no {part.Value}, or it is personal.";
        }
        foreach (var (name, value) in definition.Run.Facts)
        {
            var isTrap = value.Source is ValueSource.Claim && definition.Claims.GetValueOrDefault(value.Name)?.Class is ClaimClass.Trap;
            if (!RunShape.KnownFacts.Contains(name) || isTrap || !MayShow(definition, value))
            {
                yield return $"run.facts.{name}: no such fact, no {value}, or one that is personal or chosen by outsiders (class T).";
            }
        }
    }

    private static IEnumerable<string> Links(ProviderDefinition definition)
    {
        foreach (var (name, template) in definition.Run.Links)
        {
            var isSound = BeginsAtAConstantHost(definition, template) && LinkTemplate.Placeholders(template)
                .All(part => LinkTemplate.TryReadPart(part, out var reference, out _) && MayShow(definition, reference));
            if (!isSound)
            {
                yield return $"run.links.{name}: must begin with a constant of type url and a slash, and name declared values only, none of them personal.";
            }
        }
    }

    // Otherwise a claim could choose, or continue, the host that people are sent to.
    internal static bool BeginsAtAConstantHost(ProviderDefinition definition, string template) =>
        template.IndexOf("}/", StringComparison.Ordinal) is var end and > 0
        && ValueReference.TryParse(template[1..end], out var first)
        && template[0] == '{' && first.Source is ValueSource.Constant
        && definition.Const.GetValueOrDefault(first.Name) is { Type: ConstantType.Url };

    private static bool MayShow(ProviderDefinition definition, ValueReference value) =>
        Exists(definition, value) && !definition.IsPersonal(value);

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex Id();
}
