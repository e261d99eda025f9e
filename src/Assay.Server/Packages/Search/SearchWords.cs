using System.Globalization;
using System.Text;

namespace Assay.Server.Packages;

/// <summary>Takes texts apart into words, the same way for what is kept and for what is looked for: letters and digits, in lower case.</summary>
internal static class SearchWords
{
    private const int LongestWord = 64;

    public static IEnumerable<string> Of(string? text)
    {
        var word = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (IsPart(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (word.Length > 0)
            {
                yield return Taken(word);
            }
        }
        if (word.Length > 0)
        {
            yield return Taken(word);
        }
    }

    /// <summary>The parts of a name, and the name without what parts them: <c>leftpad</c> finds <c>left-pad</c>.</summary>
    public static IEnumerable<string> OfName(string name)
    {
        var parts = Of(name).ToList();
        var whole = string.Concat(Of(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]));
        return parts.Contains(whole) ? parts : parts.Append(whole);
    }

    /// <summary>The words with a space before, between and after, so that each is found whole. Of nothing there is not even a space.</summary>
    public static string Marked(string? text) => string.Join(' ', Of(text)) is { Length: > 0 } words ? $" {words} " : "";

    private static bool IsPart(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Taken(StringBuilder word)
    {
        var length = Math.Min(word.Length, LongestWord);
        var taken = word.ToString(0, char.IsHighSurrogate(word[length - 1]) ? length - 1 : length);
        word.Clear();
        return taken;
    }
}
