using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>A tree head that the log has signed.</summary>
public sealed class Checkpoint
{
    private readonly byte[] bytes;

    internal Checkpoint(TreeHead head, IReadOnlyList<VerifiedSignature> signatures, byte[] bytes)
    {
        Head = head;
        Signatures = signatures;
        this.bytes = bytes;
    }

    public TreeHead Head { get; }

    /// <summary>What the log's keys and the known witnesses have signed.</summary>
    public IReadOnlyList<VerifiedSignature> Signatures { get; }

    public IEnumerable<VerifiedSignature> Cosignatures => Signatures.Where(signature => signature.Key is WitnessKey);

    /// <summary>The log signs with all its keys, in this order. That no earlier checkpoint contradicts the head is for the caller to know.</summary>
    public static Checkpoint Sign(TreeHead head, params IReadOnlyCollection<NoteSigner> signers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(signers.Count, nameof(signers));
        var text = head.ToBytes();
        VerifiedSignature[] signatures = [.. signers.Select(signer => signer.SignText(text))];
        return new Checkpoint(head, signatures, SignedNote.Format(text, signatures.Select(signature => signature.Line)));
    }

    /// <summary>The note as it was read or signed, with the lines of keys that are not known here.</summary>
    public ReadOnlyMemory<byte> ToBytes() => bytes;

    /// <summary>Puts the lines of witnesses under the checkpoint, one of each: none can fill it up.</summary>
    internal Checkpoint With(IEnumerable<VerifiedSignature> cosignatures)
    {
        VerifiedSignature[] all = [.. Signatures.Concat(cosignatures).DistinctBy(signature => (signature.Key.Name, signature.Key.Id))];
        var added = string.Concat(all.Except(Signatures).Select(signature => signature.Line));
        return new Checkpoint(Head, all, [.. bytes, .. Encoding.UTF8.GetBytes(added)]);
    }
}
