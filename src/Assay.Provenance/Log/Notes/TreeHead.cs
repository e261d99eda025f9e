using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>What a checkpoint says: which log, how many leaves, which root (c2sp.org/tlog-checkpoint).</summary>
public sealed record TreeHead
{
    public TreeHead(string origin, long size, LogHash root, params IReadOnlyList<string> extensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (!IsLine(origin) || !extensions.All(IsLine) || size == 0 && root != LogHash.EmptyTree)
        {
            throw new ArgumentException("Lines are not empty and have no control characters, and an empty tree has its one root.");
        }
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions;
    }

    /// <summary>The log's name: its URL without the scheme.</summary>
    public string Origin { get; }

    public long Size { get; }

    public LogHash Root { get; }

    /// <summary>Further lines, which mean nothing here.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The text to sign.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(
        new[] { Origin, $"{Size}", $"{Root}" }.Concat(Extensions).Select(line => $"{line}\n")));

    /// <summary>Reads the text of a note, which is UTF-8 already.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out TreeHead? head)
    {
        head = null;
        var lines = new LineReader(text);
        if (!lines.TryRead(out var origin) || origin.IsEmpty
            || !lines.TryRead(out var sizeLine) || !CanonicalDecimal.TryParse(sizeLine, out var size)
            || !lines.TryRead(out var rootLine) || !LogHash.TryParse(rootLine, out var root)
            || size == 0 && root != LogHash.EmptyTree)
        {
            return false;
        }
        var extensions = new List<string>();
        while (lines.TryRead(out var extension))
        {
            extensions.Add(Encoding.UTF8.GetString(extension));
        }
        head = extensions.Contains("") ? null : new TreeHead(Encoding.UTF8.GetString(origin), size, root, extensions);
        return head is not null;
    }

    private static bool IsLine(string text) => text.Length > 0 && !text.Any(character => character < ' ');
}
