using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace Assay.Provenance.Log.Notes;

/// <summary>A well-formed note that nobody has vouched for: its text stays inside until a key has verified a signature.</summary>
public sealed class UnverifiedNote
{
    public const int LongestNote = 256 * 1024;

    public const int MostSignatures = 64;

    internal UnverifiedNote(ReadOnlyMemory<byte> text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Up to and with the newline before the empty line: what the signatures cover.</summary>
    internal ReadOnlyMemory<byte> Text { get; }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out UnverifiedNote? note)
    {
        note = null;
        if (bytes.Length > LongestNote || !Utf8.IsValid(bytes) || HasControlCharacters(bytes))
        {
            return false;
        }
        // The last empty line: a text may have empty lines of its own.
        var end = bytes.LastIndexOf("\n\n"u8) + 1;
        if (end == 0 || !NoteSignature.TryParseAll(bytes[(end + 1)..], MostSignatures, out var signatures))
        {
            return false;
        }
        note = new UnverifiedNote(bytes[..end].ToArray(), signatures);
        return true;
    }

    /// <summary>
    /// Lines of unknown keys are passed over. A line of a known key that does not verify refuses the note: somebody has changed it.
    /// </summary>
    public bool TryVerify(IReadOnlyCollection<NoteKey> keys, [NotNullWhen(true)] out SignedNote? note, out LogRefusal refusal)
    {
        note = null;
        var verified = new List<VerifiedSignature>();
        foreach (var line in Signatures)
        {
            foreach (var key in keys.Where(key => key.IsNamedBy(line)))
            {
                if (key.Verify(Text.Span, line) is not { } signature)
                {
                    refusal = LogRefusal.BadSignature;
                    return false;
                }
                verified.Add(signature);
            }
        }
        refusal = verified.Count > 0 ? LogRefusal.None : LogRefusal.NotSigned;
        note = verified.Count > 0 ? new SignedNote(Text, verified) : null;
        return note is not null;
    }

    private static bool HasControlCharacters(ReadOnlySpan<byte> bytes)
    {
        foreach (var character in bytes)
        {
            if (character < ' ' && character != '\n')
            {
                return true;
            }
        }
        return false;
    }
}
