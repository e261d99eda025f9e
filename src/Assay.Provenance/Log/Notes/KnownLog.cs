namespace Assay.Provenance.Log.Notes;

/// <summary>A log that is believed: what it calls itself, and the keys of which at least one must have signed.</summary>
public sealed record KnownLog(string Origin, IReadOnlyCollection<NoteKey> Keys);
