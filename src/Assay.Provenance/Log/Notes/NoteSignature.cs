using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>A signature line of a note: who is said to have signed, and with what.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Value)
{
    private static ReadOnlySpan<byte> Opening => "\u2014 "u8;

    /// <summary>The line as notes have it, with its newline.</summary>
    public override string ToString()
    {
        var signature = new byte[sizeof(uint) + Value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(signature, KeyId);
        Value.Span.CopyTo(signature.AsSpan(sizeof(uint)));
        return $"\u2014 {Name} {Convert.ToBase64String(signature)}\n";
    }

    internal static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Opening) || line[Opening.Length..].IndexOf((byte)' ') is not (> 0 and var length))
        {
            return false;
        }
        var name = Encoding.UTF8.GetString(line.Slice(Opening.Length, length));
        if (!KeyName.IsValid(name) || !StrictBase64.TryDecode(line[(Opening.Length + length + 1)..], out var bytes) || bytes.Length <= sizeof(uint))
        {
            return false;
        }
        signature = new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
        return true;
    }

    /// <summary>Reads one line or more, and nothing else.</summary>
    internal static bool TryParseAll(ReadOnlySpan<byte> text, int most, [NotNullWhen(true)] out IReadOnlyList<NoteSignature>? signatures)
    {
        signatures = null;
        var read = new List<NoteSignature>();
        var lines = new LineReader(text);
        while (!lines.Rest.IsEmpty)
        {
            if (read.Count == most || !lines.TryRead(out var line) || !TryParse(line, out var signature))
            {
                return false;
            }
            read.Add(signature);
        }
        signatures = read.Count > 0 ? read : null;
        return signatures is not null;
    }
}
