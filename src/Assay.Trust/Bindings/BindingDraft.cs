namespace Assay.Trust.Bindings;

/// <summary>What an operator asks for when adding an issuer; <see cref="IssuerBinding.TryCreate"/> judges it.</summary>
public sealed record BindingDraft
{
    public required string Id { get; init; }

    public required string ProviderId { get; init; }

    public required string Issuer { get; init; }

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Owner ids that policies may learn at first use; empty means any.</summary>
    public IReadOnlyList<string> LearnableOwners { get; init; } = [];

    /// <summary>The operator's explicit leave for plain http, which still works only on loopback.</summary>
    public bool AllowLoopbackHttp { get; init; }
}
