using System.Diagnostics.CodeAnalysis;

namespace Assay.Server.Audit;

/// <summary>Names of events: one, <c>*</c> for all, or the beginning of names and a star, as in <c>version.*</c>.</summary>
internal sealed record EventPattern
{
    private const int LongestText = 100;

    private EventPattern(string text) => Text = text;

    public string Text { get; }

    public bool IsExact => !Text.EndsWith('*');

    /// <summary>What names begin with, or the name.</summary>
    public string Literal => IsExact ? Text : Text[..^1];

    public static bool TryParse(string? text, [NotNullWhen(true)] out EventPattern? pattern)
    {
        pattern = text is { Length: > 0 and <= LongestText } && text.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == text.Length - 1)
            && text.TrimEnd('*').All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-')
            ? new EventPattern(text)
            : null;
        return pattern is not null;
    }

    public bool Matches(string name) => IsExact ? name == Text : name.StartsWith(Literal, StringComparison.Ordinal);

    /// <summary>Whether there is any event that it speaks of: a slip of the pen would never be told of anything.</summary>
    public bool MatchesAny => AuditEvents.All.Any(each => Matches(each.Name));

    public override string ToString() => Text;
}
