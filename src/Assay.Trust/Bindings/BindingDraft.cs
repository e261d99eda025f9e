namespace Assay.Trust.Bindings;

/// <summary>What an operator asks for when adding an issuer; <see cref="IssuerBinding.TryCreate"/> judges it.</summary>
public sealed record BindingDraft
{
    public required string Id { get; init; }

    public required string ProviderId { get; init; }

    public required string Issuer { get; init; }

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the bound claims are found: claim name to member names from the payload inwards.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Optional claims that this issuer always sends, so that their absence is a refusal here.</summary>
    public IReadOnlyList<string> RequiredClaims { get; init; } = [];

    /// <summary>The audience that the issuer's administrator set, where it is not the registry's own.</summary>
    public string? Audience { get; init; }

    /// <summary>The operator's explicit leave for tokens that are good at other relying parties too.</summary>
    public bool AcceptSharedAudience { get; init; }

    /// <summary>Owner ids that policies may learn at first use; empty means any.</summary>
    public IReadOnlyList<string> LearnableOwners { get; init; } = [];

    /// <summary>The operator's explicit leave for plain http, which still works only on loopback.</summary>
    public bool AllowLoopbackHttp { get; init; }
}
