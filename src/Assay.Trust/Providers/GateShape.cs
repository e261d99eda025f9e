using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>What can make a run of this provider a release.</summary>
public sealed record GateShape
{
    /// <summary>Alternatives, any of which the issuer can prove; empty when it has no protection claim.</summary>
    public IReadOnlyList<ProvedGate> Proved { get => field ?? []; init; }

    /// <summary>Fields by which an owner may declare that a rule at the CI guards the run.</summary>
    public IReadOnlyList<DeclaredGate> DeclaredBy { get => field ?? []; init; }

    /// <summary>What to add when a policy would have no gate.</summary>
    public required string Advice { get; init; }
}

/// <summary>A claim by which the issuer itself says that a protection rule held.</summary>
public sealed record ProvedGate
{
    public required string Claim { get; init; }

    [JsonPropertyName("is")]
    public required string Expected { get; init; }

    /// <summary>The alternative counts only when the policy names this field.</summary>
    public string? WhenField { get; init; }

    /// <summary>Completes "Release gate: proved - …".</summary>
    public required string Says { get; init; }

    /// <summary>A sentence: how to meet the gate at this provider.</summary>
    public required string Remedy { get; init; }
}

/// <summary>A field whose naming declares a gate that the issuer cannot prove.</summary>
public sealed record DeclaredGate
{
    public required string Field { get; init; }

    /// <summary>True when naming the field is enough to declare it.</summary>
    public bool Implied { get; init; }

    /// <summary>Completes "make sure at … that".</summary>
    public required string Check { get; init; }
}
