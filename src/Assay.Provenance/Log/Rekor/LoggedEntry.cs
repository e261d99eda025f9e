using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log.Rekor;

/// <summary>An entry of our own log with all that proves it: what a bundle carries of it.</summary>
/// <param name="Body">The leaf, as <see cref="RekorDsseEntry"/> made it.</param>
/// <param name="IntegratedTime">When it came in.</param>
/// <param name="Log">The key that signed timestamp and checkpoint.</param>
/// <param name="Timestamp">The log's signature over <see cref="RekorEntryTimestamp"/>.</param>
/// <param name="Proof">Against the tree of the checkpoint.</param>
/// <param name="Checkpoint">A checkpoint that has the leaf.</param>
public sealed record LoggedEntry(
    ReadOnlyMemory<byte> Body,
    DateTimeOffset IntegratedTime,
    EcdsaNoteKey Log,
    ReadOnlyMemory<byte> Timestamp,
    InclusionProof Proof,
    Checkpoint Checkpoint)
{
    /// <summary>Whether the proof leads from the body to the checkpoint's root.</summary>
    public bool IsProved => Proof.Size == Checkpoint.Head.Size && Proof.Verifies(LogHash.OfLeaf(Body.Span), Checkpoint.Head.Root);
}
