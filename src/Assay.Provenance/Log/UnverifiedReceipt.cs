using System.Diagnostics.CodeAnalysis;
using System.Text;
using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log;

/// <summary>A receipt that nobody has checked.</summary>
public sealed class UnverifiedReceipt
{
    private const int LongestExtra = 64 * 1024;

    private readonly UnverifiedCheckpoint checkpoint;
    private readonly IReadOnlyList<LogHash> hashes;

    private UnverifiedReceipt(byte[] extra, long index, IReadOnlyList<LogHash> hashes, UnverifiedCheckpoint checkpoint)
    {
        Extra = extra;
        Index = index;
        this.hashes = hashes;
        this.checkpoint = checkpoint;
    }

    /// <summary>Whose log it says the leaf is in.</summary>
    public string Origin => checkpoint.Origin;

    public long Index { get; }

    /// <summary>Nobody vouches for it, not even when the receipt verifies.</summary>
    public ReadOnlyMemory<byte> Extra { get; }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out UnverifiedReceipt? receipt)
    {
        receipt = null;
        var lines = new LineReader(bytes);
        if (!lines.TryRead(out var first) || !first.SequenceEqual(Encoding.ASCII.GetBytes(LogReceipt.FirstLine))
            || !TryReadExtra(ref lines, out var extra)
            || !lines.TryReadNumber("index"u8, out var index)
            || !ProofLines.TryRead(ref lines, out var hashes)
            || !UnverifiedCheckpoint.TryParse(lines.Rest, out var checkpoint))
        {
            return false;
        }
        receipt = new UnverifiedReceipt(extra, index, hashes, checkpoint);
        return true;
    }

    public bool TryVerify(
        LogHash leaf, KnownLog log, IReadOnlyCollection<WitnessKey> witnesses, [NotNullWhen(true)] out LogReceipt? receipt, out LogRefusal refusal)
    {
        receipt = null;
        if (!checkpoint.TryVerify(log, witnesses, out var verified, out refusal))
        {
            return false;
        }
        var proof = new InclusionProof(Index, verified.Head.Size, hashes);
        if (!proof.Verifies(leaf, verified.Head.Root))
        {
            refusal = LogRefusal.NotIncluded;
            return false;
        }
        receipt = new LogReceipt(proof, verified, Extra);
        return true;
    }

    // The line may be left out, and is when there is nothing to say.
    private static bool TryReadExtra(ref LineReader lines, [NotNullWhen(true)] out byte[]? extra)
    {
        extra = [];
        return !lines.Rest.StartsWith("extra "u8)
            || lines.TryRead(out var line) && line.Length <= LongestExtra
            && StrictBase64.TryDecode(line["extra ".Length..], out extra) && extra.Length > 0;
    }
}
