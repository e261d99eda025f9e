using System.Text;

namespace Assay.Trust.Refusals;

/// <summary>Text from outside, made safe to show on one line.</summary>
public static class Printable
{
    public const int ValueLimit = 120;

    /// <summary>A value among other words: one line, printable, not long.</summary>
    public static string Value(string text) => Cut(Ascii(text), ValueLimit);

    /// <summary>Replaces what is not printable ASCII: line breaks end headers, bidirectional marks reorder what a person reads.</summary>
    public static string Ascii(string text) =>
        string.Create(text.Length, text, static (target, source) =>
        {
            for (var index = 0; index < source.Length; index++)
            {
                target[index] = source[index] switch
                {
                    >= ' ' and <= '~' and var plain => plain,
                    '\r' or '\n' or '\t' => ' ',
                    _ => '?',
                };
            }
        });

    /// <summary>At most so many characters, the last of them dots where something was cut off.</summary>
    public static string Cut(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - 3), "...");

    /// <summary>CI systems obey lines that hold <c>::command::</c>; a space between the colons disarms them.</summary>
    public static string WithoutCommands(string text)
    {
        if (!text.Contains("::", StringComparison.Ordinal))
        {
            return text;
        }
        var disarmed = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (character == ':' && disarmed is [.., ':'])
            {
                disarmed.Append(' ');
            }
            disarmed.Append(character);
        }
        return disarmed.ToString();
    }
}
