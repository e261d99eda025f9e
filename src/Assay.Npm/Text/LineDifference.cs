namespace Assay.Npm;

/// <summary>
/// What changed between two texts, line by line: lines that occur once in both are anchors (patience), what lies between is compared by the shortest
/// edit script (Myers). Work is bounded: where it would be more, the whole stretch counts as replaced. The answer is then longer, and still right.
/// </summary>
public static class LineDifference
{
    /// <summary>Enough for sources of tens of thousands of lines; some hundredths of a second.</summary>
    public const int DefaultWork = 4_000_000;

    /// <summary>The blocks that differ, in order. All lines outside of them are the same in both.</summary>
    public static IReadOnlyList<LineBlock> Of(IReadOnlyList<string> before, IReadOnlyList<string> now, int maximumWork = DefaultWork)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        var (old, later) = (Number(before, numbers), Number(now, numbers));
        var matching = new LineMatching(old, later, maximumWork);
        matching.Run();
        return Blocks(matching.IsOldKept, matching.IsNewKept);
    }

    /// <summary>The new text out of the old one and the lines of the blocks.</summary>
    public static IReadOnlyList<string> Apply(IReadOnlyList<string> before, IReadOnlyList<LineBlock> blocks, IReadOnlyList<string> now)
    {
        List<string> made = [];
        var at = 0;
        foreach (var block in blocks)
        {
            made.AddRange(before.Skip(at).Take(block.OldStart - at));
            made.AddRange(now.Skip(block.NewStart).Take(block.NewCount));
            at = block.OldStart + block.OldCount;
        }
        made.AddRange(before.Skip(at));
        return made;
    }

    private static int[] Number(IReadOnlyList<string> lines, Dictionary<string, int> numbers)
    {
        var numbered = new int[lines.Count];
        for (var at = 0; at < numbered.Length; at++)
        {
            if (!numbers.TryGetValue(lines[at], out var number))
                numbers.Add(lines[at], number = numbers.Count);
            numbered[at] = number;
        }
        return numbered;
    }

    // What is kept is kept in both, in the same order, so the two walk together from one block to the next.
    private static List<LineBlock> Blocks(bool[] isOldKept, bool[] isNewKept)
    {
        List<LineBlock> blocks = [];
        var (old, later) = (0, 0);
        while (old < isOldKept.Length || later < isNewKept.Length)
        {
            var (oldStart, newStart) = (old, later);
            while (old < isOldKept.Length && !isOldKept[old])
                old++;
            while (later < isNewKept.Length && !isNewKept[later])
                later++;
            if (old > oldStart || later > newStart)
                blocks.Add(new LineBlock(oldStart, old - oldStart, newStart, later - newStart));
            while (old < isOldKept.Length && later < isNewKept.Length && isOldKept[old] && isNewKept[later])
                (old, later) = (old + 1, later + 1);
        }
        return blocks;
    }
}
