namespace Assay.Npm;

/// <summary>Finds which lines two texts have in common, in order, within a bound of steps. Lines are numbers: equal lines, equal numbers.</summary>
internal sealed class LineMatching(int[] old, int[] later, int maximumWork)
{
    private const int MaximumEdits = 1_000;

    private readonly Stack<Stretch> waiting = new();
    private long work;

    public bool[] IsOldKept { get; } = new bool[old.Length];

    public bool[] IsNewKept { get; } = new bool[later.Length];

    public void Run()
    {
        waiting.Push(new Stretch(0, old.Length, 0, later.Length));
        while (waiting.TryPop(out var stretch))
        {
            var rest = KeepEnds(stretch);
            if (rest.IsOneSided || (work += rest.Length) > maximumWork)
                continue;
            if (!SplitAtAnchors(rest))
                KeepShortestEdits(rest);
        }
    }

    private Stretch KeepEnds(Stretch stretch)
    {
        var (oldStart, oldEnd, newStart, newEnd) = stretch;
        while (oldStart < oldEnd && newStart < newEnd && old[oldStart] == later[newStart])
            Keep(oldStart++, newStart++);
        while (oldStart < oldEnd && newStart < newEnd && old[oldEnd - 1] == later[newEnd - 1])
            Keep(--oldEnd, --newEnd);
        return new Stretch(oldStart, oldEnd, newStart, newEnd);
    }

    private void Keep(int oldAt, int newAt) => IsOldKept[oldAt] = IsNewKept[newAt] = true;

    private bool SplitAtAnchors(Stretch stretch)
    {
        var anchors = LongestRising(UniqueInBoth(stretch));
        var (oldAt, newAt) = (stretch.OldStart, stretch.NewStart);
        foreach (var (oldAnchor, newAnchor) in anchors)
        {
            Keep(oldAnchor, newAnchor);
            waiting.Push(new Stretch(oldAt, oldAnchor, newAt, newAnchor));
            (oldAt, newAt) = (oldAnchor + 1, newAnchor + 1);
        }
        if (anchors.Count > 0)
            waiting.Push(stretch with { OldStart = oldAt, NewStart = newAt });
        return anchors.Count > 0;
    }

    // By their places in the old text.
    private List<(int Old, int New)> UniqueInBoth(Stretch stretch)
    {
        var places = Places(later, stretch.NewStart, stretch.NewEnd);
        return
        [
            .. Places(old, stretch.OldStart, stretch.OldEnd)
                .Where(place => place.Value >= 0 && places.GetValueOrDefault(place.Key, -1) >= 0)
                .Select(place => (place.Value, places[place.Key]))
                .OrderBy(pair => pair.Value),
        ];
    }

    /// <summary>Where each number is; -1 for those that are there more than once.</summary>
    private static Dictionary<int, int> Places(int[] numbers, int start, int end)
    {
        Dictionary<int, int> places = [];
        for (var at = start; at < end; at++)
            places[numbers[at]] = places.ContainsKey(numbers[at]) ? -1 : at;
        return places;
    }

    // The longest subsequence whose places rise in both: piles of cards, each with a pointer to the pile on its left.
    private static List<(int Old, int New)> LongestRising(List<(int Old, int New)> pairs)
    {
        List<int> tops = [];
        var left = new int[pairs.Count];
        for (var at = 0; at < pairs.Count; at++)
        {
            var (low, high) = (0, tops.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pairs[tops[middle]].New < pairs[at].New)
                    low = middle + 1;
                else
                    high = middle;
            }
            left[at] = low == 0 ? -1 : tops[low - 1];
            if (low == tops.Count)
                tops.Add(at);
            else
                tops[low] = at;
        }
        List<(int Old, int New)> rising = [];
        for (var at = tops.Count == 0 ? -1 : tops[^1]; at >= 0; at = left[at])
            rising.Add(pairs[at]);
        rising.Reverse();
        return rising;
    }

    // Myers 1986, "An O(ND) Difference Algorithm and Its Variations", with the furthest points of every round kept for the way back.
    private void KeepShortestEdits(Stretch stretch)
    {
        List<int[]> rounds = [];
        var (height, width) = (stretch.OldEnd - stretch.OldStart, stretch.NewEnd - stretch.NewStart);
        for (var edits = 0; edits <= Math.Min(height + width, MaximumEdits); edits++)
        {
            var furthest = new int[(2 * edits) + 1];
            rounds.Add(furthest);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var down = Begin(rounds, edits, diagonal);
                var start = down;
                while (down < height && down - diagonal < width && down - diagonal >= 0 && old[stretch.OldStart + down] == later[stretch.NewStart + down - diagonal])
                    down++;
                furthest[diagonal + edits] = down;
                if ((work += down - start + 1) > maximumWork)
                    return;
                if (down >= height && down - diagonal >= width)
                {
                    KeepBackwards(stretch, rounds, diagonal);
                    return;
                }
            }
        }
    }

    /// <summary>How far down the old text a round begins on a diagonal (old minus new): from the better neighbour of the round before.</summary>
    private static int Begin(List<int[]> rounds, int edits, int diagonal) => edits == 0
        ? 0
        : ComesFromAbove(rounds, edits, diagonal) ? rounds[edits - 1][diagonal - 1 + edits - 1] + 1 : rounds[edits - 1][diagonal + 1 + edits - 1];

    /// <summary>Whether a line of the old text is passed over, not one of the new.</summary>
    private static bool ComesFromAbove(List<int[]> rounds, int edits, int diagonal) =>
        diagonal == edits || (diagonal != -edits && rounds[edits - 1][diagonal - 1 + edits - 1] >= rounds[edits - 1][diagonal + 1 + edits - 1]);

    private void KeepBackwards(Stretch stretch, List<int[]> rounds, int diagonal)
    {
        for (var edits = rounds.Count - 1; edits >= 0; edits--)
        {
            var start = Begin(rounds, edits, diagonal);
            for (var down = rounds[edits][diagonal + edits] - 1; down >= start; down--)
                Keep(stretch.OldStart + down, stretch.NewStart + down - diagonal);
            if (edits > 0)
                diagonal += ComesFromAbove(rounds, edits, diagonal) ? -1 : 1;
        }
    }

    private readonly record struct Stretch(int OldStart, int OldEnd, int NewStart, int NewEnd)
    {
        public int Length => OldEnd - OldStart + NewEnd - NewStart;

        public bool IsOneSided => OldStart == OldEnd || NewStart == NewEnd;
    }
}
