namespace Assay.Trust.Providers;

/// <summary>A value computed from claims by one of the built-in extractors.</summary>
public sealed record DeriveRule
{
    public required string Use { get; init; }

    public required IReadOnlyDictionary<string, ValueReference> Inputs { get; init; }
}
