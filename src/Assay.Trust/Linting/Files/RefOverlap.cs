namespace Assay.Trust.Linting.Files;

/// <summary>
/// Whether some ref is matched both by what starts the workflow and by the policy. Every special character of either language counts as
/// "anything": a finding is made only where no ref at all can match.
/// </summary>
internal static class RefOverlap
{
    private const int MaximumPattern = 256;

    public static bool Exists(string one, string other)
    {
        if (one.Length > MaximumPattern || other.Length > MaximumPattern)
        {
            return true;
        }
        var (left, right) = (Simplify(one), Simplify(other));
        // reach[j]: some text is matched by the first i characters of one and the first j of the other.
        var reach = new bool[right.Length + 1];
        reach[0] = true;
        Close(reach, right);
        foreach (var character in left)
        {
            reach = Advance(reach, character, right);
        }
        return reach[right.Length];
    }

    private static bool[] Advance(bool[] before, char character, string right)
    {
        var reach = new bool[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            reach[j] = character is '*'
                ? before[j] || (j > 0 && reach[j - 1])
                : j > 0 && ((before[j - 1] && right[j - 1] == character) || (before[j] && right[j - 1] == '*'));
        }
        Close(reach, right);
        return reach;
    }

    // A star may match nothing.
    private static void Close(bool[] reach, string right)
    {
        for (var j = 0; j < right.Length; j++)
        {
            reach[j + 1] |= reach[j] && right[j] == '*';
        }
    }

    private static string Simplify(string pattern)
    {
        Span<char> simple = stackalloc char[pattern.Length];
        var (length, depth) = (0, 0);
        foreach (var character in pattern)
        {
            depth += character is '{' or '[' ? 1 : character is '}' or ']' && depth > 0 ? -1 : 0;
            if (character is '?' or '+' && length > 0)
            {
                // It says how often the character before it may stand: perhaps never.
                simple[length - 1] = '*';
            }
            simple[length++] = depth > 0 || character is '*' or '?' or '+' or '}' or ']' or '!' or '\\' or '$' ? '*' : character;
        }
        return new string(simple[..length]);
    }
}
