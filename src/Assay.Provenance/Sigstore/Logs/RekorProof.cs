using Assay.Provenance.Log;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>That the entry is in the tree of a checkpoint that the log has signed.</summary>
internal static class RekorProof
{
    public static BundleVerdict.Refused? Check(BundleVersion version, UnverifiedLogEntry entry, TrustedLog log)
    {
        if (entry.Proof is not { } proof)
        {
            return IsPromiseEnough(version, entry) ? null : Missing();
        }
        if (!IsConsistent(proof, entry.Body))
        {
            return new(BundleRefusalCodes.LogProofInvalid, "The inclusion proof does not lead to the tree's root.");
        }
        if (proof.Checkpoint.Length == 0)
        {
            return IsPromiseEnough(version, entry) ? null : Missing();
        }
        return RekorCheckpoint.Read(proof.Checkpoint, log) is { } checkpoint
            && checkpoint.Size == proof.TreeSize && checkpoint.RootHash.AsSpan().SequenceEqual(proof.RootHash)
                ? null
                : new(BundleRefusalCodes.LogCheckpointInvalid, "The log's checkpoint does not verify, or is not of the proof's tree.");
    }

    /// <summary>Version 0.1 was written before logs gave checkpoints.</summary>
    private static bool IsPromiseEnough(BundleVersion version, UnverifiedLogEntry entry) =>
        version is BundleVersion.V01 && entry.Promise.Length > 0;

    private static bool IsConsistent(UnverifiedProof proof, byte[] body) =>
        proof.Hashes.Append(proof.RootHash).All(hash => hash.Length == LogHash.Size)
        && new InclusionProof(proof.LogIndex, proof.TreeSize, [.. proof.Hashes.Select(hash => new LogHash(hash))])
            .Verifies(LogHash.OfLeaf(body), new LogHash(proof.RootHash));

    private static BundleVerdict.Refused Missing() =>
        new(BundleRefusalCodes.LogProofMissing, "The log entry has no inclusion proof with a checkpoint.");
}
