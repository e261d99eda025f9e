namespace Assay.Provenance.Log.Notes;

/// <summary>A signature line that its key has verified; a witness also says when it saw the log so.</summary>
public sealed record VerifiedSignature
{
    internal VerifiedSignature(NoteKey key, NoteSignature line, DateTimeOffset? time = null)
    {
        Key = key;
        Line = line;
        Time = time;
    }

    public NoteKey Key { get; }

    public NoteSignature Line { get; }

    public DateTimeOffset? Time { get; }
}
