using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log.Witnesses;

/// <summary>What a witness made of a checkpoint.</summary>
public abstract record WitnessAnswer
{
    private const string SizeType = "text/x.tlog.size";

    private WitnessAnswer()
    {
    }

    /// <summary>It has signed too: the checkpoint with its lines.</summary>
    public sealed record Cosigned(Checkpoint Checkpoint) : WitnessAnswer;

    /// <summary>It last saw the log at another size: prove from there, and ask again.</summary>
    public sealed record SawSize(long Size) : WitnessAnswer;

    /// <summary>It does not know the log, or does not believe the proof.</summary>
    public sealed record Refused(int Status) : WitnessAnswer;

    /// <summary>It said yes, but not in a way that this witness's keys can confirm.</summary>
    public sealed record Unusable : WitnessAnswer;

    public static WitnessAnswer Read(
        int status, string? mediaType, ReadOnlySpan<byte> body, Checkpoint sent, IReadOnlyCollection<WitnessKey> keys) => status switch
        {
            200 => ReadLines(body, sent, keys),
            409 when mediaType == SizeType && body.EndsWith("\n"u8) && CanonicalDecimal.TryParse(body[..^1], out var size) => new SawSize(size),
            _ => new Refused(status),
        };

    // The lines are read apart from the text that they are to cover: a body cannot move where that ends.
    private static WitnessAnswer ReadLines(ReadOnlySpan<byte> body, Checkpoint sent, IReadOnlyCollection<WitnessKey> keys) =>
        body.Length <= UnverifiedNote.LongestNote
        && NoteSignature.TryParseAll(body, UnverifiedNote.MostSignatures, out var lines)
        && new UnverifiedNote(sent.Head.ToBytes(), lines).TryVerify(keys, out var note, out _)
            ? new Cosigned(sent.With(note.Signatures))
            : new Unusable();
}
