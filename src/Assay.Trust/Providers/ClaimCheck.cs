using System.Text.RegularExpressions;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Providers;

/// <summary>Claims that can be found and typed, and rules over them that mean something.</summary>
internal static partial class ClaimCheck
{
    public static IEnumerable<string> Problems(ProviderDefinition definition) =>
        [.. Claims(definition), .. Constants(definition), .. Refusals(definition), .. Consistency(definition)];

    private static IEnumerable<string> Claims(ProviderDefinition definition)
    {
        foreach (var (name, claim) in definition.Claims)
        {
            if (!Name().IsMatch(name))
            {
                yield return $"claims.{name}: names are lower-case letters, digits and underscores.";
            }
            if (claim.Bound ? claim.At.Count > 0 : claim.At.Count == 0)
            {
                yield return $"claims.{name}.at: at least one member name is needed; none where bindings say it (bound).";
            }
            if (claim.Type is ClaimType.Scalar && !claim.Bound)
            {
                yield return $"claims.{name}.type: only bound claims are scalar; others have one type.";
            }
            if (claim.Format is { } format && !ValueFormats.Knows(format))
            {
                yield return $"claims.{name}.format: there is no format '{format}'.";
            }
        }
    }

    private static IEnumerable<string> Constants(ProviderDefinition definition)
    {
        foreach (var (name, constant) in definition.Const.Where(constant => constant.Value.Default is { } text && !constant.Value.Accepts(text)))
        {
            yield return $"const.{name}: the default must be {constant.Expectation}.";
        }
    }

    private static IEnumerable<string> Refusals(ProviderDefinition definition)
    {
        foreach (var rule in definition.Refuse)
        {
            if (!rule.IsOneCondition() || rule.Unless?.IsOneCondition() is false)
            {
                yield return $"refuse: a rule on '{rule.Claim}' (and its unless) needs exactly one of in, notIn, matches, notMatches, present, absent.";
            }
            if (!definition.Claims.ContainsKey(rule.Claim) || rule.Unless is { } unless && !definition.Claims.ContainsKey(unless.Claim))
            {
                yield return $"refuse: there is no claim '{rule.Claim}' or '{rule.Unless?.Claim}'.";
            }
            if (!RefusalCodes.Meanings.ContainsKey(rule.Code))
            {
                yield return $"refuse: there is no code '{rule.Code}'.";
            }
        }
    }

    private static IEnumerable<string> Consistency(ProviderDefinition definition)
    {
        foreach (var rule in definition.Consistency)
        {
            if (!ClaimRules.Knows(rule) || !rule.Claims.All(definition.Claims.ContainsKey))
            {
                yield return $"consistency: '{rule.Rule}' is unknown, lacks its inputs, or names a claim that is not declared.";
            }
            if (rule.Segment is { } segment && !definition.Issuer.Templates.Any(template => template.Segments.ContainsKey(segment)))
            {
                yield return $"consistency: no issuer template has a segment '{segment}'.";
            }
            if (rule.Prefix is { } prefix && !BindingText.IsSound(prefix, definition))
            {
                yield return $"consistency: '{prefix}' may name {{issuer}}, {{issuer.host}}, issuer segments and constants only.";
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$")]
    private static partial Regex Name();
}
