using System.Diagnostics.CodeAnalysis;

namespace Assay.Trust.Bindings;

/// <summary>How much of a registry a name pattern speaks of; the narrower counts before the wider.</summary>
public enum NameLevel
{
    Everything,
    Scope,
    Pattern,
    Package,
}

/// <summary>Package names that a binding or a policy speaks of: <c>*</c>, <c>@scope/*</c>, <c>@scope/prefix*</c> or one exact name.</summary>
public sealed record NamePattern
{
    private const int MaximumLength = 214;

    private NamePattern(string text) => Text = text;

    public static NamePattern Everything { get; } = new("*");

    public string Text { get; }

    public bool IsExact => !Text.EndsWith('*');

    public NameLevel Level => IsExact ? NameLevel.Package
        : Text == "*" ? NameLevel.Everything
        : Text.EndsWith("/*", StringComparison.Ordinal) ? NameLevel.Scope
        : NameLevel.Pattern;

    /// <summary><c>@scope</c>, <c>*</c> for everything, or empty for one unscoped name.</summary>
    public string Scope => Text == "*" ? "*" : Text[0] == '@' ? Text[..Text.IndexOf('/', StringComparison.Ordinal)] : "";

    /// <summary>Orders patterns that cover one name: the longer literal part is the more specific.</summary>
    public int Specificity => IsExact ? int.MaxValue : Text.Length;

    private ReadOnlySpan<char> Literal => IsExact ? Text : Text.AsSpan(0, Text.Length - 1);

    public static bool TryParse(string text, [NotNullWhen(true)] out NamePattern? pattern)
    {
        pattern = IsWellFormed(text) ? new NamePattern(text) : null;
        return pattern is not null;
    }

    public bool Matches(string package) =>
        IsExact ? package == Text : package.StartsWith(Literal, StringComparison.Ordinal);

    /// <summary>Whether every name of the other is also one of this.</summary>
    public bool Covers(NamePattern other) => IsExact ? other.Text == Text : other.Literal.StartsWith(Literal, StringComparison.Ordinal);

    /// <summary>Whether there is a name that both match.</summary>
    public bool Overlaps(NamePattern other) => Covers(other) || other.Covers(this);

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
