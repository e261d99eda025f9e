using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>A text that at least one of the asked keys has signed.</summary>
public sealed class SignedNote
{
    internal SignedNote(ReadOnlyMemory<byte> text, IReadOnlyList<VerifiedSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Of the asked keys only.</summary>
    public IReadOnlyList<VerifiedSignature> Signatures { get; }

    /// <summary>The text, an empty line, and the lines.</summary>
    internal static byte[] Format(ReadOnlySpan<byte> text, IEnumerable<NoteSignature> lines) =>
        [.. text, (byte)'\n', .. Encoding.UTF8.GetBytes(string.Concat(lines))];
}
