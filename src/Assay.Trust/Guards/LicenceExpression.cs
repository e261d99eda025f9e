namespace Assay.Trust.Guards;

/// <summary>
/// Whether an SPDX licence expression (SPDX 2.3, annex D) can be satisfied with certain licences: one side of an <c>OR</c> is enough, an <c>AND</c>
/// takes both, an exception changes nothing.
/// </summary>
public static class LicenceExpression
{
    private const int LongestText = 1000;
    private const int DeepestNesting = 20;

    /// <summary>Null when the text is no expression.</summary>
    public static bool? IsSatisfied(string text, Predicate<string> isAllowed)
    {
        if (text.Length > LongestText)
        {
            return null;
        }
        var tokens = new Queue<string>(text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Either(tokens, isAllowed, 0) is { } verdict && tokens.Count == 0 ? verdict : null;
    }

    // Null when it is no expression.
    private static bool? Either(Queue<string> tokens, Predicate<string> isAllowed, int depth)
    {
        var verdict = Both(tokens, isAllowed, depth);
        while (verdict is not null && Takes(tokens, "OR"))
        {
            verdict = Both(tokens, isAllowed, depth) is { } other ? verdict.Value || other : null;
        }
        return verdict;
    }

    private static bool? Both(Queue<string> tokens, Predicate<string> isAllowed, int depth)
    {
        var verdict = One(tokens, isAllowed, depth);
        while (verdict is not null && Takes(tokens, "AND"))
        {
            verdict = One(tokens, isAllowed, depth) is { } other ? verdict.Value && other : null;
        }
        return verdict;
    }

    private static bool? One(Queue<string> tokens, Predicate<string> isAllowed, int depth)
    {
        if (!tokens.TryDequeue(out var token) || depth > DeepestNesting)
        {
            return null;
        }
        if (token == "(")
        {
            return Either(tokens, isAllowed, depth + 1) is { } inner && Takes(tokens, ")") ? inner : null;
        }
        if (token is ")" or "AND" or "OR" or "WITH" || !token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '+' or ':'))
        {
            return null;
        }
        return Takes(tokens, "WITH") && !tokens.TryDequeue(out _) ? null : isAllowed(token);
    }

    private static bool Takes(Queue<string> tokens, string wanted) => tokens.TryPeek(out var token) && token == wanted && tokens.TryDequeue(out _);
}
