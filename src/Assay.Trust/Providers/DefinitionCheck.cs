using System.Text.RegularExpressions;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Providers;

/// <summary>What the JSON shape alone cannot promise: names that exist, rules that are known, identity that rests on ids.</summary>
internal static partial class DefinitionCheck
{
    public static IReadOnlyList<string> Problems(ProviderDefinition definition) =>
    [
        .. Identity(definition), .. Issuer(definition), .. Claims(definition), .. Rules(definition),
        .. Derived(definition), .. PolicyShapeCheck.Problems(definition), .. Shown(definition),
    ];

    private static IEnumerable<string> Identity(ProviderDefinition definition)
    {
        if (!Id().IsMatch(definition.Id))
        {
            yield return $"id: '{definition.Id}' must be lower-case letters, digits and dashes.";
        }
        foreach (var algorithm in definition.Algorithms.Where(algorithm => !TokenSignature.Supports(algorithm)))
        {
            yield return $"algorithms: '{algorithm}' is not an asymmetric algorithm that is supported.";
        }
        if (definition.Algorithms.Count == 0)
        {
            yield return "algorithms: at least one is needed.";
        }
        if (definition.Token.MaxLifetimeSeconds <= 0 || definition.Token.MaxAgeSeconds <= 0)
        {
            yield return "token: lifetimes must be positive.";
        }
        foreach (var time in definition.Token.RequireTimes.Where(time => time is not ("iat" or "exp" or "nbf")))
        {
            yield return $"token.requireTimes: '{time}' is not iat, exp or nbf.";
        }
    }

    private static IEnumerable<string> Issuer(ProviderDefinition definition)
    {
        foreach (var exact in definition.Issuer.Exact)
        {
            if (IssuerUrl.Problem(exact, allowLoopbackHttp: false) is { } problem)
            {
                yield return $"issuer.exact: {problem}";
            }
        }
        foreach (var template in definition.Issuer.Templates)
        {
            var placeholders = LinkTemplate.Placeholders(template.Pattern).ToHashSet();
            if (!TemplateShape().IsMatch(template.Pattern) || !placeholders.SetEquals(template.Segments.Keys))
            {
                yield return $"issuer.templates: '{template.Pattern}' needs https and whole segments or labels, each with a kind.";
            }
        }
        if (definition.Issuer is { Exact.Count: 0, Templates.Count: 0, Operator: false })
        {
            yield return "issuer: no issuer could ever match.";
        }
    }

    private static IEnumerable<string> Claims(ProviderDefinition definition)
    {
        foreach (var (name, claim) in definition.Claims)
        {
            if (claim.At.Count == 0)
            {
                yield return $"claims.{name}.at: at least one member name is needed.";
            }
            if (claim.Format is { } format && !ValueFormats.Knows(format))
            {
                yield return $"claims.{name}.format: there is no format '{format}'.";
            }
        }
        foreach (var (name, constant) in definition.Const.Where(constant => !constant.Value.Accepts(constant.Value.Default)))
        {
            yield return $"const.{name}: the default must be {constant.Expectation}.";
        }
    }

    private static IEnumerable<string> Rules(ProviderDefinition definition)
    {
        foreach (var rule in definition.Refuse)
        {
            var conditions = new object?[] { rule.In, rule.NotIn, rule.Prefix, rule.Present }.Count(condition => condition is not null);
            if (conditions != 1 || rule.Present is false)
            {
                yield return $"refuse: a rule on '{rule.Claim}' needs exactly one of in, notIn, prefix, present.";
            }
            if (!definition.Claims.ContainsKey(rule.Claim) || !RefusalCodes.Meanings.ContainsKey(rule.Code))
            {
                yield return $"refuse: there is no claim '{rule.Claim}' or no code '{rule.Code}'.";
            }
        }
        foreach (var rule in definition.Consistency)
        {
            if (!ClaimRules.Knows(rule) || !rule.Claims.All(definition.Claims.ContainsKey))
            {
                yield return $"consistency: '{rule.Rule}' is unknown, lacks its inputs, or names a claim that is not declared.";
            }
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
        foreach (var claim in new[] { definition.Run.Project, definition.Run.Owner, definition.Run.Run })
        {
            if (definition.Claims.GetValueOrDefault(claim) is not { Presence: ClaimPresence.Required })
            {
                yield return $"run: '{claim}' must be a required claim.";
            }
        }
        foreach (var part in definition.Recital.Where(part => !Exists(definition, part.Value)))
        {
            yield return $"recital: there is no {part.Value}.";
        }
        foreach (var (name, template) in definition.Run.Links)
        {
            var isSound = template.StartsWith("{const.", StringComparison.Ordinal) && LinkTemplate.Placeholders(template)
                .All(part => LinkTemplate.TryReadPart(part, out var reference, out _) && Exists(definition, reference));
            if (!isSound)
            {
                // Otherwise a claim could choose the host that people are sent to.
                yield return $"run.links.{name}: must begin with a constant and name declared values only.";
            }
        }
    }

    internal static bool Exists(ProviderDefinition definition, ValueReference reference) => reference.Source switch
    {
        ValueSource.Claim => definition.Claims.ContainsKey(reference.Name),
        ValueSource.Derived => definition.Derive.ContainsKey(reference.Name),
        _ => definition.Const.ContainsKey(reference.Name),
    };

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^https://([a-z0-9.-]|\{[a-z]+\}(?=[./]|$)|(?<=[a-z0-9}])/(?=.))+$")]
    private static partial Regex TemplateShape();
}
