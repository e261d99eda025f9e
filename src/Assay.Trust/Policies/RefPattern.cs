using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Trust.Policies;

/// <summary>
/// Literal text, <c>*</c> for any run without a slash, <c>**</c> for any run, <c>{name}</c> and <c>{version}</c> for the package and version
/// that are published; from end to end. No regular expressions: what owners write is matched against what outsiders name, so the time must be
/// bounded by the two lengths.
/// </summary>
public sealed class RefPattern
{
    private const int MaximumLength = 512;
    private const int MaximumStars = 4;
    private const string NamePlaceholder = "{name}";
    private const string VersionPlaceholder = "{version}";

    // Not printable, so that no text can hold them: a name with a star in it stays a name.
    private const char Star = '\x03';
    private const char DoubleStar = '\x04';
    private const char Name = '\x01';
    private const char Version = '\x02';

    private readonly string atoms;

    private RefPattern(string atoms) => this.atoms = atoms;

    /// <summary>Whether the pattern ties the ref to what is published.</summary>
    public bool HasPlaceholders => atoms.AsSpan().ContainsAny(Name, Version);

    public static bool TryParse(string text, [NotNullWhen(true)] out RefPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = Problem(text);
        if (problem is null)
        {
            pattern = new RefPattern(text
                .Replace("**", DoubleStar.ToString(), StringComparison.Ordinal)
                .Replace('*', Star)
                .Replace(NamePlaceholder, Name.ToString(), StringComparison.Ordinal)
                .Replace(VersionPlaceholder, Version.ToString(), StringComparison.Ordinal));
        }
        return pattern is not null;
    }

    /// <summary>The pattern for one package, and for one version when it is known; until then any version will do.</summary>
    public RefPattern For(string package, string? version = null)
    {
        var bound = new StringBuilder(atoms).Replace(Name.ToString(), package);
        return new RefPattern(version is null ? bound.ToString() : bound.Replace(Version.ToString(), version).ToString());
    }

    /// <summary>Keeps, atom by atom, which prefixes of the value are matched so far.</summary>
    public bool Matches(string value)
    {
        var reached = ArrayPool<bool>.Shared.Rent(value.Length + 1);
        try
        {
            reached.AsSpan(0, value.Length + 1).Clear();
            reached[0] = true;
            foreach (var atom in atoms)
            {
                Advance(reached, value, atom);
            }
            return reached[value.Length];
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(reached);
        }
    }

    private static void Advance(bool[] reached, string value, char atom)
    {
        switch (atom)
        {
            case Star or DoubleStar:
                for (var index = 1; index <= value.Length; index++)
                {
                    reached[index] |= reached[index - 1] && (atom is DoubleStar || value[index - 1] != '/');
                }
                break;
            case Name or Version:
                // At least one character: a name or version is never empty.
                var isReachedBefore = false;
                for (var index = 0; index <= value.Length; index++)
                {
                    (reached[index], isReachedBefore) = (isReachedBefore, isReachedBefore || reached[index]);
                }
                break;
            default:
                for (var index = value.Length; index > 0; index--)
                {
                    reached[index] = reached[index - 1] && value[index - 1] == atom;
                }
                reached[0] = false;
                break;
        }
    }

    private static string? Problem(string text)
    {
        if (text.Length is 0 or > MaximumLength || text.Any(char.IsControl))
        {
            return $"a pattern has 1 to {MaximumLength} printable characters";
        }
        var literal = text;
        foreach (var placeholder in new[] { NamePlaceholder, VersionPlaceholder })
        {
            var at = literal.IndexOf(placeholder, StringComparison.Ordinal);
            literal = at < 0 ? literal : literal.Remove(at, placeholder.Length);
        }
        if (literal.Contains('{', StringComparison.Ordinal) || literal.Contains('}', StringComparison.Ordinal))
        {
            return "{name} and {version} are the only placeholders, each at most once";
        }
        if (text.Contains("***", StringComparison.Ordinal))
        {
            return "use * for a run without a slash, or ** for any run";
        }
        var stars = text.Replace("**", "*", StringComparison.Ordinal).Count(character => character == '*');
        return stars > MaximumStars ? $"a pattern has at most {MaximumStars} stars" : null;
    }
}
