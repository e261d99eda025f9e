using System.Text;

namespace Assay.Npm;

/// <summary>Which file is the readme, and how its bytes become text.</summary>
public static class ReadmeText
{
    private const int NoReadme = 3;

    private static readonly string[] MarkdownEndings = [".md", ".markdown", ".mdown", ".mkd", ".mkdn"];

    /// <summary>Lower is better: Markdown, then a bare README, then any other; <see cref="NoReadme"/> is none.</summary>
    internal static int Rank(string? path)
    {
        if (path is null || path.Contains('/', StringComparison.Ordinal) || !path.StartsWith("readme", StringComparison.OrdinalIgnoreCase))
            return NoReadme;
        var ending = path["readme".Length..];
        if (MarkdownEndings.Contains(ending, StringComparer.OrdinalIgnoreCase))
            return 0;
        return ending.Length == 0 ? 1 : ending[0] == '.' ? 2 : NoReadme;
    }

    /// <summary>Whether it is Markdown: a bare README is, as npm has it, and one with another ending is plain text.</summary>
    public static bool IsMarkdown(string path) => Rank(path) <= 1;

    /// <summary>
    /// At most so many bytes as text, cut before a character that does not fit; bytes that are no UTF-8, and NULs, which not every
    /// database stores, become U+FFFD.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, int maxSize)
    {
        if (bytes.Length > maxSize)
        {
            var end = maxSize;
            // A byte 10xxxxxx continues a character.
            while (end > 0 && maxSize - end < 4 && (bytes[end] & 0xC0) == 0x80)
                end--;
            bytes = bytes[..end];
        }

        return Encoding.UTF8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).Replace('\0', '\uFFFD');
    }
}
