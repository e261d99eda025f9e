using System.Diagnostics.CodeAnalysis;

namespace Assay.Trust.Bindings;

/// <summary>Package names an issuer may publish: <c>*</c>, <c>@scope/*</c>, <c>@scope/prefix*</c> or one exact name.</summary>
public sealed record NamePattern
{
    private const int MaximumLength = 214;

    private NamePattern(string text) => Text = text;

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out NamePattern? pattern)
    {
        pattern = IsWellFormed(text) ? new NamePattern(text) : null;
        return pattern is not null;
    }

    public bool Matches(string package) =>
        Text.EndsWith('*')
            ? package.StartsWith(Text.AsSpan(0, Text.Length - 1), StringComparison.Ordinal)
            : package == Text;

    public override string ToString() => Text;

    private static bool IsWellFormed(string text)
    {
        if (text == "*")
        {
            return true;
        }
        if (text.Length is 0 or > MaximumLength || text.Any(character => character is <= ' ' or > '~'))
        {
            return false;
        }
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var isScoped = text[0] == '@' && slash > 1 && slash < text.Length - 1 && text.LastIndexOf('/') == slash;
        var star = text.IndexOf('*', StringComparison.Ordinal);
        // A star belongs at the end and inside one scope: `*-utils` and `react*` would reach names of strangers.
        return star < 0 ? isScoped || slash < 0 && text[0] != '@' : isScoped && star == text.Length - 1;
    }
}
