using System.Diagnostics.CodeAnalysis;
using System.Text;
using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log.Witnesses;

/// <summary>What a log posts to a witness: its checkpoint, and why that agrees with what the witness last saw (c2sp.org/tlog-witness).</summary>
public sealed record WitnessRequest
{
    /// <summary>Under the witness's submission prefix.</summary>
    public const string Path = "add-checkpoint";

    private readonly ConsistencyProof proof;
    private readonly Checkpoint checkpoint;

    public WitnessRequest(ConsistencyProof proof, Checkpoint checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(proof.NewSize, checkpoint.Head.Size, nameof(proof));
        this.proof = proof;
        this.checkpoint = checkpoint;
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder($"old {proof.OldSize}\n");
        ProofLines.Write(text, proof.Hashes);
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. checkpoint.ToBytes().Span];
    }
}

/// <summary>A request as a witness reads it.</summary>
public sealed record UnverifiedWitnessRequest(long OldSize, IReadOnlyList<LogHash> Hashes, UnverifiedCheckpoint Checkpoint)
{
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out UnverifiedWitnessRequest? request)
    {
        request = null;
        var lines = new LineReader(body);
        if (!lines.TryReadNumber("old"u8, out var oldSize) || !ProofLines.TryRead(ref lines, out var hashes)
            || !UnverifiedCheckpoint.TryParse(lines.Rest, out var checkpoint))
        {
            return false;
        }
        request = new UnverifiedWitnessRequest(oldSize, hashes, checkpoint);
        return true;
    }
}
