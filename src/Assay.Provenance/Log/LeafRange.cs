using System.Numerics;

namespace Assay.Provenance.Log;

/// <summary>Leaves from <paramref name="Start"/> to before <paramref name="End"/> that have one hash over them in some tree of the log.</summary>
internal readonly record struct LeafRange(long Start, long End)
{
    /// <summary>The perfect subtrees that make up the range, from left to right, largest first.</summary>
    public IEnumerable<TreeNode> Subtrees()
    {
        var start = Start;
        for (var height = 62; height >= 0; height--)
        {
            if ((End - Start >> height & 1) == 1)
            {
                yield return new TreeNode(height, start >> height);
                start += 1L << height;
            }
        }
    }

    /// <summary>The siblings on the way from a leaf to the root (RFC 6962, section 2.1.1).</summary>
    public static IReadOnlyList<LeafRange> OfInclusion(long index, long size)
    {
        var ranges = new List<LeafRange>();
        var within = new LeafRange(0, size);
        while (within.End - within.Start > 1)
        {
            var (left, right) = within.Halves();
            ranges.Add(index < left.End ? right : left);
            within = index < left.End ? left : right;
        }
        ranges.Reverse();
        return ranges;
    }

    /// <summary>What leads from the root of an older tree to that of a newer one (RFC 6962, section 2.1.2).</summary>
    public static IReadOnlyList<LeafRange> OfConsistency(long oldSize, long newSize)
    {
        var ranges = new List<LeafRange>();
        var within = new LeafRange(0, newSize);
        while (oldSize > 0 && within.End != oldSize)
        {
            var (left, right) = within.Halves();
            ranges.Add(oldSize <= left.End ? right : left);
            within = oldSize <= left.End ? left : right;
        }
        // A whole old tree is known to who verifies: it is left out.
        if (oldSize > 0 && within.Start > 0)
        {
            ranges.Add(within);
        }
        ranges.Reverse();
        return ranges;
    }

    // A tree's left half is the largest perfect one that leaves something to the right.
    private (LeafRange Left, LeafRange Right) Halves()
    {
        var middle = Start + (1L << BitOperations.Log2((ulong)(End - Start - 1)));
        return (this with { End = middle }, this with { Start = middle });
    }
}
