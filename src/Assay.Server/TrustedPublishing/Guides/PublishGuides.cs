using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Server.Answers;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The files of a job that publishes under a policy here. They are the guides of <c>docs/ci</c>, which run in the tests, with the example's registry, package and values in
/// exchange for the policy's.
/// </summary>
internal sealed class PublishGuides(PublicUrl url, TrustStore trust)
{
    private const string Prefix = "guide.";

    private static readonly FrozenDictionary<string, PublishGuide> Shipped = ReadAll();

    /// <summary>As it is written; null for a provider of the operator's own.</summary>
    public static PublishGuide? Find(string provider) => Shipped.GetValueOrDefault(provider);

    /// <summary>What an owner would write there, for a hint.</summary>
    public static string? ExampleOf(ProviderDefinition definition, PolicyField field) => ExamplesOf(definition).GetValueOrDefault(field.Name)?[0];

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ExamplesOf(ProviderDefinition definition)
    {
        if (Find(definition.Id) is not { } guide)
        {
            return FrozenDictionary<string, IReadOnlyList<string>>.Empty;
        }
        // npm takes --repo for --repository, and --env for --environment.
        return guide.NpmOptions.Count == 0 ? guide.Fields : definition.Policy.Fields
            .Select(field => (field.Name, Values: (IReadOnlyList<string>)[.. guide.NpmOptions.Where(option => field.Option.StartsWith(option.Option, StringComparison.Ordinal)).Select(option => option.Value)]))
            .Where(field => field.Values.Count > 0).ToDictionary(field => field.Name, field => field.Values);
    }

    public static string? ExampleOf(ProviderDefinition definition, PinnedClaim pin) => Find(definition.Id) is { } guide
        ? guide.Pins.GetValueOrDefault(pin.Claim) ?? guide.NpmOptions.FirstOrDefault(option => option.Option == $"--{pin.Claim.Replace('_', '-')}").Value
        : null;

    /// <summary>The guide with this registry's address and the policy's values in it; null where there is none, or nothing to publish.</summary>
    public async Task<PublishGuide?> ForAsync(TrustPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.Effect is PolicyEffect.Deny || (policy.Actions & (TrustActions.Publish | TrustActions.Stage)) is TrustActions.None
            || trust.DefinitionOf(policy) is not { } definition || Find(definition.Id) is not { } guide)
        {
            return null;
        }
        var audience = (await trust.IssuersAsync(cancellationToken)).FirstOrDefault(issuer => issuer.Binding.Id == policy.BindingId)?.Binding.Audience;
        var package = policy.Target.IsExact ? policy.Target.Text : $"{policy.Target.Scope}/NAME";
        var examples = ExamplesOf(definition);
        return guide with
        {
            Files = [.. guide.Files.Select((file, at) => Filled(at == 0 ? WithFields(file, examples, policy) : file, package, audience))],
            Explanation = Filled(guide.Explanation, package, audience),
            Traps = [.. guide.Traps.Select(trap => Filled(trap, package, audience))],
        };
    }

    private GuideFile Filled(GuideFile file, string package, string? audience) => file with { Text = Filled(file.Text, package, audience) };

    private string Filled(string text, string package, string? audience) => text
        .Replace($"npm:{PublishGuide.ExampleHost}", audience ?? $"npm:{url.Base.IdnHost}", StringComparison.Ordinal)
        .Replace(PublishGuide.ExampleRegistry, url.Base.AbsoluteUri, StringComparison.Ordinal)
        .Replace(PublishGuide.ExamplePackage, package, StringComparison.Ordinal);

    /// <summary>Where the example names a value of its own policy, the file names that of this one; a line for what this one does not ask goes.</summary>
    private static GuideFile WithFields(GuideFile file, IReadOnlyDictionary<string, IReadOnlyList<string>> examples, TrustPolicy policy)
    {
        foreach (var (name, values) in examples)
        {
            var example = Regex.Escape(values[0]);
            file = policy.Fields.TryGetValue(name, out var wanted)
                ? new GuideFile(
                    file.Path is null ? null : Regex.Replace(file.Path, Whole(example), _ => wanted[0]),
                    Regex.Replace(file.Text, Whole(example), _ => Plain(wanted[0])))
                : file with { Text = Regex.Replace(file.Text, $"^ *[a-z_-]+: {example}\n", "", RegexOptions.Multiline) };
        }
        return file;
    }

    // A word by itself, or the end of a path: "ci" is none in "ci/publish.sh".
    private static string Whole(string example) => $@"(?<![\w.@-]){example}(?![\w/.-])";

    // These files are YAML for the most part, in which a quoted text is JSON's.
    private static string Plain(string value) => value.All(character => char.IsAsciiLetterOrDigit(character) || "._/:-".Contains(character, StringComparison.Ordinal))
        ? value
        : JsonSerializer.Serialize(value);

    private static FrozenDictionary<string, PublishGuide> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            return PublishGuide.Read(name[Prefix.Length..^".md".Length], reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal));
        }).ToFrozenDictionary(guide => guide.Provider);
    }
}
