namespace Assay.Trust.Policies;

/// <summary>What an owner asks for; <see cref="TrustPolicy.TryCreate"/> judges it.</summary>
public sealed record PolicyDraft
{
    public required string Package { get; init; }

    public required string BindingId { get; init; }

    public required TrustActions Actions { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Null for the default: proved, or declared by what the policy names.</summary>
    public Gate? Gate { get; init; }

    /// <summary>Stable ids by claim name, where the owner already knows them.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; init; } = new Dictionary<string, string>();
}
