using System.Diagnostics.CodeAnalysis;

namespace Assay.Provenance.Log.Notes;

/// <summary>A note that reads like a checkpoint. It shows only which log to look up the keys of.</summary>
public sealed class UnverifiedCheckpoint
{
    private readonly UnverifiedNote note;
    private readonly TreeHead head;
    private readonly byte[] bytes;

    private UnverifiedCheckpoint(UnverifiedNote note, TreeHead head, byte[] bytes)
    {
        this.note = note;
        this.head = head;
        this.bytes = bytes;
    }

    /// <summary>Whose checkpoint it says it is.</summary>
    public string Origin => head.Origin;

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out UnverifiedCheckpoint? checkpoint)
    {
        checkpoint = UnverifiedNote.TryParse(bytes, out var note) && TreeHead.TryParse(note.Text.Span, out var head)
            ? new UnverifiedCheckpoint(note, head, bytes.ToArray())
            : null;
        return checkpoint is not null;
    }

    /// <summary>Believes the log's own keys only; what known witnesses have signed is kept beside.</summary>
    public bool TryVerify(
        KnownLog log, IReadOnlyCollection<WitnessKey> witnesses, [NotNullWhen(true)] out Checkpoint? checkpoint, out LogRefusal refusal)
    {
        checkpoint = null;
        if (head.Origin != log.Origin)
        {
            refusal = LogRefusal.OtherOrigin;
            return false;
        }
        if (!note.TryVerify([.. log.Keys.Union(witnesses)], out var signed, out refusal))
        {
            return false;
        }
        if (!signed.Signatures.Any(signature => log.Keys.Contains(signature.Key)))
        {
            refusal = LogRefusal.NotSigned;
            return false;
        }
        checkpoint = new Checkpoint(head, signed.Signatures, bytes);
        return true;
    }
}
