using System.Text.RegularExpressions;
using Assay.Trust.Tokens;

namespace Assay.Trust.Providers;

/// <summary>Where a definition's tokens may come from, who signs them, for whom they are and how long they live.</summary>
internal static partial class IssuerCheck
{
    public static IEnumerable<string> Problems(ProviderDefinition definition) =>
        [.. Issuer(definition.Issuer), .. Constants(definition), .. Keys(definition), .. Audience(definition), .. Times(definition.Token)];

    private static IEnumerable<string> Issuer(IssuerRules rules)
    {
        foreach (var problem in rules.Exact.Select(exact => IssuerUrl.Problem(exact, allowLoopbackHttp: false)).OfType<string>())
        {
            yield return $"issuer.exact: {problem}";
        }
        foreach (var template in rules.Templates)
        {
            var placeholders = LinkTemplate.Placeholders(template.Pattern).ToHashSet();
            if (!TemplateShape().IsMatch(template.Pattern) || !placeholders.SetEquals(template.Segments.Keys) || placeholders.Contains("host"))
            {
                yield return $"issuer.templates: '{template.Pattern}' needs https and whole segments or labels, each with a kind, none named host.";
            }
            foreach (var (name, _) in template.Segments.Where(segment => segment.Value is IssuerSegment.PathPart))
            {
                if (!$"{template.Pattern}/".Contains($"/{{{name}}}/", StringComparison.Ordinal))
                {
                    yield return $"issuer.templates: '{{{name}}}' is a path-part and must fill its part of the path.";
                }
            }
        }
        if (rules is { Exact.Count: 0, Templates.Count: 0, Operator: false })
        {
            yield return "issuer: no issuer could ever match.";
        }
        foreach (var host in rules.ReservedHosts.Where(host => !HostShape().IsMatch(host)))
        {
            yield return $"issuer.reservedHosts: '{host}' is not a host, or '*.' and a host.";
        }
    }

    private static IEnumerable<string> Constants(ProviderDefinition definition)
    {
        foreach (var (name, text) in definition.Issuer.Templates.SelectMany(template => template.Const))
        {
            if (!definition.Const.ContainsKey(name) || text.Contains("{const.", StringComparison.Ordinal) || !BindingText.IsSound(text, definition))
            {
                yield return $"issuer.templates.const.{name}: no such constant, or '{text}' names more than the issuer and its segments.";
            }
        }
    }

    private static IEnumerable<string> Keys(ProviderDefinition definition)
    {
        foreach (var algorithm in definition.Algorithms.Where(algorithm => !TokenSignature.Supports(algorithm)))
        {
            yield return $"algorithms: '{algorithm}' is not an asymmetric algorithm that is supported.";
        }
        if (definition.Algorithms.Count == 0)
        {
            yield return "algorithms: at least one is needed.";
        }
        if (definition.Keys.Use is not ("sig" or "jwt-svid"))
        {
            yield return $"keys.use: '{definition.Keys.Use}' is not sig or jwt-svid.";
        }
        foreach (var host in definition.Keys.Hosts.Where(host => host.StartsWith('*') || !HostShape().IsMatch(host)))
        {
            yield return $"keys.hosts: '{host}' is not one host.";
        }
    }

    private static IEnumerable<string> Audience(ProviderDefinition definition)
    {
        var audience = definition.Token.Audience;
        if ((audience.Mode is AudienceMode.Fixed) != (audience.Value is not null))
        {
            yield return "token.audience: a fixed audience has a value, any other has none.";
        }
        else if (audience.Value is { } value && !BindingText.IsSound(value, definition))
        {
            yield return $"token.audience.value: '{value}' may name {{issuer}}, {{issuer.host}}, issuer segments and constants only.";
        }
    }

    private static IEnumerable<string> Times(TokenRules token)
    {
        if (token.MaxLifetimeSeconds <= 0 || token.MaxAgeSeconds <= 0)
        {
            yield return "token: lifetimes must be positive.";
        }
        foreach (var time in token.RequireTimes.Where(time => time is not ("iat" or "exp" or "nbf")))
        {
            yield return $"token.requireTimes: '{time}' is not iat, exp or nbf.";
        }
    }

    [GeneratedRegex(@"^https://([a-z0-9._-]|\{[a-z]+\}(?=[./]|$)|(?<=[a-z0-9}])/)+$")]
    private static partial Regex TemplateShape();

    [GeneratedRegex(@"^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
    private static partial Regex HostShape();
}
