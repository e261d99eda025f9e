using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>The command of npm that writes the same policy, for the providers that npm knows.</summary>
public static class NpmTrustCommand
{
    /// <summary>False where npm has no words for it; then <paramref name="problem"/> says for what.</summary>
    public static bool TryWrite(
        ProviderDefinition definition, TrustPolicy policy, Uri registry, [NotNullWhen(true)] out string? command, [NotNullWhen(false)] out string? problem)
    {
        problem = Missing(definition, policy);
        command = problem is null ? $"npm trust {definition.Id} {policy.Target} {string.Join(' ', Options(definition, policy))} --registry {Quoted(registry.AbsoluteUri)}" : null;
        return command is not null;
    }

    private static string? Missing(ProviderDefinition definition, TrustPolicy policy) =>
        !definition.Policy.Fields.Any(field => field.Npm is not null) ? $"npm trust does not know {definition.DisplayName}."
        : policy.Effect is PolicyEffect.Deny ? "npm trust writes no denies."
        : policy.Target.Level is not NameLevel.Package ? "npm trust writes policies of one package."
        : (policy.Actions & ~(TrustActions.Publish | TrustActions.Stage)) is not TrustActions.None ? "npm trust grants publish and stage only."
        : policy.When is not null || policy.Limits != PublishLimits.None || policy.Divert != DivertRules.None ? "npm trust has no words for further conditions, limits and staging."
        : IsOther(definition, policy) ? "npm trust has no words for some of the conditions, the ids or the gate."
        : null;

    /// <summary>What npm does not say comes out as the defaults; a policy that says something else is another one.</summary>
    private static bool IsOther(ProviderDefinition definition, TrustPolicy policy)
    {
        var said = definition.Policy.Fields.Where(field => field.Npm is not null && policy.Fields.ContainsKey(field.Name)).ToDictionary(field => field.Name, field => policy.Fields[field.Name]);
        var pins = definition.Policy.Pin.Where(pin => pin is { AtCreation: true, Npm: not null } && policy.Pins.ContainsKey(pin.Claim)).ToDictionary(pin => pin.Claim, pin => policy.Pins[pin.Claim]);
        var draft = new PolicyDraft { Target = policy.Target, BindingId = policy.BindingId, Actions = policy.Actions, Fields = said, Pins = pins };
        return !TrustPolicy.TryCreate(definition, draft, policy.Life, out var written, out _) || PolicyJson.Write(written) != PolicyJson.Write(policy);
    }

    private static IEnumerable<string> Options(ProviderDefinition definition, TrustPolicy policy) =>
    [
        .. definition.Policy.Pin.Where(pin => pin is { AtCreation: true, Npm: not null }).Select(pin => $"--{pin.Claim.Replace('_', '-')} {Quoted(policy.Pins[pin.Claim])}"),
        .. definition.Policy.Fields.Where(field => field.Npm is not null).SelectMany(field => (policy.Fields.GetValueOrDefault(field.Name) ?? []).Select(value => $"{field.Option} {Quoted(value)}")),
        .. policy.Actions.HasFlag(TrustActions.Publish) ? ["--allow-publish"] : Array.Empty<string>(),
        .. policy.Actions.HasFlag(TrustActions.Stage) ? ["--allow-stage-publish"] : Array.Empty<string>(),
    ];

    // Whatever a shell could read otherwise.
    private static string Quoted(string value) => value.All(character => char.IsAsciiLetterOrDigit(character) || "@/._:-".Contains(character, StringComparison.Ordinal))
        ? value
        : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
