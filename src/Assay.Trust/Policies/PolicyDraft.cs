using Assay.Trust.Bindings;
using Assay.Trust.Policies.Conditions;

namespace Assay.Trust.Policies;

/// <summary>What a policy does when a run satisfies it.</summary>
public enum PolicyEffect
{
    Allow,

    /// <summary>Wins over every policy that allows, at whichever level it stands.</summary>
    Deny,
}

/// <summary>What an owner asks for; <see cref="TrustPolicy.TryCreate"/> judges it.</summary>
public sealed record PolicyDraft
{
    public PolicyEffect Effect { get; init; }

    public required NamePattern Target { get; init; }

    /// <summary>Null only for a deny that holds for every issuer.</summary>
    public string? BindingId { get; init; }

    public required TrustActions Actions { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Further conditions on claims, beyond the provider's named fields.</summary>
    public Condition? When { get; init; }

    /// <summary>Null for the default: proved, or declared by what the policy names.</summary>
    public Gate? Gate { get; init; }

    public PublishLimits Limits { get; init; } = PublishLimits.None;

    /// <summary>What makes a publish wait for people.</summary>
    public DivertRules Divert { get; init; } = DivertRules.None;

    /// <summary>Stable ids by claim name, where the owner already knows them.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; init; } = new Dictionary<string, string>();
}
