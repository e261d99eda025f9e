namespace Assay.Npm;

/// <summary>One version of a package as another registry describes it. Nothing of it is proved but what its digest and signatures prove.</summary>
public sealed record ForeignVersion
{
    internal ForeignVersion(ReadOnlyMemory<byte> json, Range dist) => (Json, Dist) = (json, dist);

    /// <summary>The version's object in the document, and in it the place of <c>dist</c>.</summary>
    internal ReadOnlyMemory<byte> Json { get; }

    internal Range Dist { get; }

    internal ReadOnlyMemory<byte> DistJson => Json[Dist.Start.Value..Dist.End.Value];

    public required string Version { get; init; }

    /// <summary>Null when the document does not say, or not as a time.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Where the tarball is, as the document says it.</summary>
    public required string Tarball { get; init; }

    /// <summary>Null when it promises nothing that can be checked.</summary>
    public PromisedDigest? Promised { get; init; }

    /// <summary><c>dist.integrity</c> as it stands there: what signatures are over.</summary>
    public string? Integrity { get; init; }

    /// <summary>An SPDX expression, or whatever else stands there; null when nothing does.</summary>
    public string? Licence { get; init; }

    public bool HasInstallScript { get; init; }

    public string? Deprecated { get; init; }

    public IReadOnlyList<SignatureMark> Signatures { get; init; } = [];

    public bool HasAttestations { get; init; }
}
