using System.Buffers;

namespace Assay.Npm;

/// <summary>What ECMAScript says about text where .NET says something else; npm's rules are written in the former.</summary>
internal static class JavaScriptText
{
    // The characters that encodeURIComponent leaves alone (ECMA-262, 19.2.6.4).
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()");

    /// <summary>Whether a text equals its own encodeURIComponent.</summary>
    public static bool IsUrlComponent(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Unreserved);

    /// <summary>White space and line ends of ECMA-262, 12.2: U+FEFF is one of them, U+0085 is not.</summary>
    public static bool IsWhiteSpace(char character) =>
        character == '\uFEFF' || (character != '\u0085' && char.IsWhiteSpace(character));

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsWhiteSpace(text[0]))
            text = text[1..];
        while (text.Length > 0 && IsWhiteSpace(text[^1]))
            text = text[..^1];
        return text;
    }

    /// <summary>Trims, and makes every inner run of white space one space.</summary>
    public static string Collapse(ReadOnlySpan<char> text)
    {
        text = Trim(text);
        var collapsed = new System.Text.StringBuilder(text.Length);
        var inGap = false;
        foreach (var character in text)
        {
            var white = IsWhiteSpace(character);
            if (!white)
                collapsed.Append(character);
            else if (!inGap)
                collapsed.Append(' ');
            inGap = white;
        }

        return collapsed.ToString();
    }
}
