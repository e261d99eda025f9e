using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Evaluation;

/// <summary>
/// What a policy asks of the version itself, judged when it is published: at the exchange nobody knows yet what the tarball holds.
/// </summary>
public static class VersionRules
{
    /// <summary>Null when the policy lets this run publish this version under this tag.</summary>
    /// <param name="policy">The policy that the publish token was minted under.</param>
    /// <param name="definition">Of the policy's provider.</param>
    /// <param name="claim">The run's claims as they were verified at the exchange.</param>
    /// <param name="package">The package's name.</param>
    /// <param name="version">The version in the tarball.</param>
    /// <param name="tag">The dist-tag that it is published under.</param>
    public static Refusal? Check(
        TrustPolicy policy, ProviderDefinition definition, Func<string, string?> claim, string package, string version, string tag)
    {
        if (!policy.Limits.AllowsVersion(version))
        {
            return new Refusal(RefusalCodes.VersionNotAllowed, $"{package}@{version} is outside the versions that the policy allows: {policy.Limits.Versions}.");
        }
        return UnboundRef(policy, definition, claim, package, version) ?? CheckTag(policy, tag);
    }

    /// <summary>Also for a tag that is moved later.</summary>
    public static Refusal? CheckTag(TrustPolicy policy, string tag) => policy.Limits.AllowsTag(tag)
        ? null
        : new Refusal(RefusalCodes.TagNotAllowed, $"The policy does not let this run set the tag '{tag}', only {string.Join(", ", policy.Limits.DistTags)}.");

    private static Refusal? UnboundRef(
        TrustPolicy policy, ProviderDefinition definition, Func<string, string?> claim, string package, string version)
    {
        foreach (var field in definition.Policy.Fields.Where(field => policy.Fields.ContainsKey(field.Name) && field.With == Matcher.RefPatternName))
        {
            var patterns = policy.Fields[field.Name].Select(Parsed).OfType<RefPattern>().ToList();
            var actual = field.Matches.Source is ValueSource.Claim ? claim(field.Matches.Name) : null;
            if (patterns.Exists(pattern => pattern.HasPlaceholders)
                && !patterns.Exists(pattern => actual is not null && pattern.For(package, version).Matches(actual)))
            {
                return new Refusal(
                    RefusalCodes.RefNotOfVersion,
                    $"The run's {field.Matches.Name} is '{Printable.Value(actual ?? "")}', which does not name {package}@{version}; "
                    + $"the policy ties them by {string.Join(" or ", policy.Fields[field.Name])}.");
            }
        }
        return null;
    }

    private static RefPattern? Parsed(string text) => RefPattern.TryParse(text, out var pattern, out _) ? pattern : null;
}
