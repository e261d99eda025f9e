using System.Globalization;
using System.Text;

namespace Assay.Cli.Output;

/// <summary>Text that a registry or a statement wrote, made fit for a terminal: it cannot move the cursor, change colours or turn letters around.</summary>
internal static class PlainText
{
    private const int Longest = 300;

    public static string Of(string text)
    {
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(Longest))
        {
            plain.Append(IsPlain(rune) ? rune : Rune.ReplacementChar);
        }
        return plain.Append(text.EnumerateRunes().Skip(Longest).Any() ? "…" : "").ToString();
    }

    // Format characters are those that reorder or hide what stands beside them.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
