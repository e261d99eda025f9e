namespace Assay.Npm;

/// <summary>A line of a difference as it is shown: kept (both numbers), removed (the old one) or added (the new one). Numbers count from 1.</summary>
public readonly record struct DifferenceLine(int? Old, int? New, ShownText Text);

/// <summary>Changes that lie close together, with the lines around them.</summary>
public sealed record DifferenceHunk(IReadOnlyList<DifferenceLine> Lines);

/// <summary>How a difference is shown: changed lines with some of their neighbours.</summary>
public static class UnifiedDifference
{
    private const int Context = 3;

    /// <summary>At most so many lines, each of at most so many characters; whether something was left out for that.</summary>
    public static (IReadOnlyList<DifferenceHunk> Hunks, bool IsCut) Of(
        IReadOnlyList<string> before, IReadOnlyList<string> now, IReadOnlyList<LineBlock> blocks, int maximumLines, int longestLine)
    {
        List<DifferenceHunk> hunks = [];
        var left = maximumLines;
        foreach (var group in Group(blocks))
        {
            List<DifferenceLine> lines = [.. Lines(before, now, group, longestLine).Take(left + 1)];
            if (lines.Count > left)
            {
                if (left > 0)
                    hunks.Add(new DifferenceHunk(lines[..left]));
                return (hunks, true);
            }
            left -= lines.Count;
            hunks.Add(new DifferenceHunk(lines));
        }
        return (hunks, false);
    }

    private static IEnumerable<List<LineBlock>> Group(IReadOnlyList<LineBlock> blocks)
    {
        List<LineBlock> group = [];
        foreach (var block in blocks)
        {
            if (group.Count > 0 && block.OldStart - (group[^1].OldStart + group[^1].OldCount) > 2 * Context)
            {
                yield return group;
                group = [];
            }
            group.Add(block);
        }
        if (group.Count > 0)
            yield return group;
    }

    private static IEnumerable<DifferenceLine> Lines(IReadOnlyList<string> before, IReadOnlyList<string> now, List<LineBlock> group, int longest)
    {
        var (old, later) = (group[0].OldStart, group[0].NewStart);
        var lead = Math.Min(Context, Math.Min(old, later));
        (old, later) = (old - lead, later - lead);
        foreach (var block in group)
        {
            for (; old < block.OldStart; old++, later++)
                yield return new DifferenceLine(old + 1, later + 1, ShownText.Of(before[old], longest));
            for (; old < block.OldStart + block.OldCount; old++)
                yield return new DifferenceLine(old + 1, null, ShownText.Of(before[old], longest));
            for (; later < block.NewStart + block.NewCount; later++)
                yield return new DifferenceLine(null, later + 1, ShownText.Of(now[later], longest));
        }
        for (var after = 0; after < Context && old < before.Count; after++, old++, later++)
            yield return new DifferenceLine(old + 1, later + 1, ShownText.Of(before[old], longest));
    }
}
