namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>What a bundle says of one entry of a transparency log.</summary>
internal sealed record UnverifiedLogEntry
{
    public required byte[] LogId { get; init; }

    /// <summary>Counted over all shards of the log; this one is in the signed promise.</summary>
    public required long LogIndex { get; init; }

    public required string Kind { get; init; }

    public required string Version { get; init; }

    /// <summary>Seconds since 1970; nothing but the promise signs it.</summary>
    public required long IntegratedTime { get; init; }

    /// <summary>The signed entry timestamp; empty when there is none.</summary>
    public required byte[] Promise { get; init; }

    public required UnverifiedProof? Proof { get; init; }

    /// <summary>The entry as the log hashed it. Never written anew.</summary>
    public required byte[] Body { get; init; }
}

/// <summary>An inclusion proof and, if there is one, the checkpoint it leads to.</summary>
internal sealed record UnverifiedProof(
    long LogIndex, long TreeSize, byte[] RootHash, IReadOnlyList<byte[]> Hashes, string Checkpoint);
