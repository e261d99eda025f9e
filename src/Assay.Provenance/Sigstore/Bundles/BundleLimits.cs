namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>How large a bundle may be before anybody spends a signature check on it.</summary>
internal sealed record BundleLimits
{
    public static BundleLimits Default { get; } = new();

    public int Characters { get; init; } = 1024 * 1024;

    public int LogEntries { get; init; } = 4;

    public int Timestamps { get; init; } = 4;

    public int Certificates { get; init; } = 8;

    /// <summary>A tree of 2^63 entries has proofs of 63 hashes.</summary>
    public int ProofHashes { get; init; } = 63;

    public int CheckpointCharacters { get; init; } = 16 * 1024;

    public int Subjects { get; init; } = 1024;

    public int HintCharacters { get; init; } = 256;
}
