using System.Collections.Immutable;

namespace Assay.Trust.Providers;

/// <summary>
/// What a provenance statement says of a run, and where in the token it stands. The members are those of the SLSA predicate; what a run does not
/// say is left out, and nobody is named.
/// </summary>
public sealed record ProvenanceShape
{
    /// <summary>This member is the registry's own in every statement: issuer, definition, token.</summary>
    public const string IdentityToken = "identityToken";

    /// <summary>What a consumer compares: group, then name.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, StatedValue>> ExternalParameters { get; init; }

    /// <summary>What helps to understand the run: group, then name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, StatedValue>> InternalParameters
    {
        get => field ?? ImmutableDictionary<string, IReadOnlyDictionary<string, StatedValue>>.Empty;
        init;
    }

    /// <summary>Null where tokens do not say what was built.</summary>
    public SourceShape? Source { get; init; }

    /// <summary>A workflow of another repository that the run called; null where there is no such thing.</summary>
    public CalledShape? Called { get; init; }

    /// <summary>A <see cref="LinkTemplate"/> that names the run or the job.</summary>
    public string? Invocation { get; init; }

    /// <summary>Null where tokens do not say who may see the source; then it counts as private.</summary>
    public PublicSource? PublicWhen { get; init; }
}

/// <summary>One member of a statement: a value as the token has it, or an address made of such.</summary>
public sealed record StatedValue
{
    public ValueReference? Value { get; init; }

    /// <summary>Fixed text before the value.</summary>
    public string? Prefix { get; init; }

    /// <summary>A <see cref="LinkTemplate"/>, in the place of a value.</summary>
    public string? Link { get; init; }

    /// <summary>A sentence for readers of the statement.</summary>
    public required string Means { get; init; }
}

/// <summary>The source of a run.</summary>
public sealed record SourceShape
{
    /// <summary>A <see cref="LinkTemplate"/> of the repository.</summary>
    public string? Link { get; init; }

    /// <summary>A claim that is the repository's address itself, with or without its scheme.</summary>
    public ValueReference? Address { get; init; }

    public ValueReference? Ref { get; init; }

    public ValueReference? Commit { get; init; }
}

/// <summary>What the run called from elsewhere, when <see cref="Value"/> is none of <see cref="NotIn"/>.</summary>
public sealed record CalledShape
{
    public required ValueReference Value { get; init; }

    public required IReadOnlyList<string> NotIn { get; init; }

    /// <summary>A <see cref="LinkTemplate"/>.</summary>
    public required string Link { get; init; }

    public required ValueReference Commit { get; init; }
}

/// <summary>The source is public when the claim has one of these values, and in no other case.</summary>
public sealed record PublicSource
{
    public required string Claim { get; init; }

    public required IReadOnlyList<string> In { get; init; }
}
