using System.Text;
using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log;

/// <summary>
/// All that is needed to check, without a network, that a leaf is in the log (c2sp.org/tlog-proof). <see cref="Extra"/> helps to find the
/// leaf, and is not signed.
/// </summary>
public sealed record LogReceipt
{
    internal const string FirstLine = "c2sp.org/tlog-proof@v1";

    public LogReceipt(InclusionProof proof, Checkpoint checkpoint, ReadOnlyMemory<byte> extra = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(proof.Size, checkpoint.Head.Size, nameof(proof));
        Proof = proof;
        Checkpoint = checkpoint;
        Extra = extra;
    }

    public InclusionProof Proof { get; }

    public Checkpoint Checkpoint { get; }

    public ReadOnlyMemory<byte> Extra { get; }

    public byte[] ToBytes()
    {
        var text = new StringBuilder($"{FirstLine}\n");
        if (!Extra.IsEmpty)
        {
            text.Append($"extra {Convert.ToBase64String(Extra.Span)}\n");
        }
        text.Append($"index {Proof.Index}\n");
        ProofLines.Write(text, Proof.Hashes);
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. Checkpoint.ToBytes().Span];
    }
}
