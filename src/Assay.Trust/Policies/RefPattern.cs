using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Trust.Policies;

/// <summary>
/// Literal text, <c>*</c> for any run without a slash and <c>**</c> for any run; from end to end. No regular expressions: what owners write
/// is matched against what outsiders name, so the time must be bounded by the two lengths.
/// </summary>
public sealed class RefPattern
{
    private const int MaximumLength = 512;
    private const int MaximumStars = 4;
    private const char Star = '*';
    private const char DoubleStar = '\0';

    private readonly string atoms;

    private RefPattern(string atoms) => this.atoms = atoms;

    public static bool TryParse(string text, [NotNullWhen(true)] out RefPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = Problem(text);
        if (problem is null)
        {
            pattern = new RefPattern(text.Replace("**", "\0", StringComparison.Ordinal));
        }
        return pattern is not null;
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
        if (atom is not (Star or DoubleStar))
        {
            for (var index = value.Length; index > 0; index--)
            {
                reached[index] = reached[index - 1] && value[index - 1] == atom;
            }
            reached[0] = false;
            return;
        }
        for (var index = 1; index <= value.Length; index++)
        {
            reached[index] |= reached[index - 1] && (atom is DoubleStar || value[index - 1] != '/');
        }
    }

    private static string? Problem(string text)
    {
        if (text.Length is 0 or > MaximumLength || text.Any(char.IsControl))
        {
            return $"a pattern has 1 to {MaximumLength} printable characters";
        }
        if (text.Contains('{', StringComparison.Ordinal) || text.Contains('}', StringComparison.Ordinal))
        {
            return "{version} and {name} are reserved and not supported yet";
        }
        if (text.Contains("***", StringComparison.Ordinal))
        {
            return "use * for a run without a slash, or ** for any run";
        }
        var stars = text.Replace("**", "*", StringComparison.Ordinal).Count(character => character == Star);
        return stars > MaximumStars ? $"a pattern has at most {MaximumStars} stars" : null;
    }
}
