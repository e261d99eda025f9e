using System.Text;

namespace Assay.Npm;

/// <summary>A line of somebody's text for people to read: cut where it is very long, and without characters that make it look like another one.</summary>
public readonly record struct ShownText(string Text, bool IsCut)
{
    /// <summary>At most so many characters of the line.</summary>
    public static ShownText Of(string line, int longest)
    {
        var isCut = line.Length > longest;
        // Half a character would be shown as a wrong one.
        var end = isCut && char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest;
        var shown = isCut ? line[..end] : line;
        return new ShownText(shown.Any(Misleads) ? Spelled(shown) : shown, isCut);
    }

    /// <summary>The lines of a text, without what parts them: joined by line feeds they are the text again.</summary>
    public static IReadOnlyList<string> LinesOf(string text) => text.Split('\n');

    // Characters that change the direction of what follows hide code from its readers (CVE-2021-42574), as do those that have no width.
    private static bool Misleads(char character) =>
        character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or (>= '\u200B' and <= '\u200F') or '\uFEFF' or '\u2028' or '\u2029'
        || (char.IsControl(character) && character != '\t');

    private static string Spelled(string line)
    {
        var text = new StringBuilder(line.Length + 16);
        foreach (var character in line)
        {
            if (Misleads(character))
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<U+{(int)character:X4}>");
            else
                text.Append(character);
        }
        return text.ToString();
    }
}
