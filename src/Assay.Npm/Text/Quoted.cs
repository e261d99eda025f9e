using System.Text;

namespace Assay.Npm;

/// <summary>Text from outside, made fit for a sentence: short, on one line, without control characters.</summary>
internal static class Quoted
{
    private const int MaxLength = 100;

    public static string Of(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text.Length <= MaxLength ? text : text[..MaxLength])
            quoted.Append(char.IsControl(character) || char.IsSurrogate(character) ? '\uFFFD' : character);
        return quoted.Append(text.Length <= MaxLength ? "\"" : "…\"").ToString();
    }
}
