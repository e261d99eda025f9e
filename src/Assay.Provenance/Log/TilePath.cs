using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Assay.Provenance.Log;

/// <summary>
/// Where a tile of hashes, or a bundle of leaves, is under the log's URL (c2sp.org/tlog-tiles): <c>tile/0/x001/234.p/17</c>,
/// <c>tile/entries/000</c>.
/// </summary>
public sealed record TilePath
{
    /// <summary>Levels of the tree in one tile.</summary>
    public const int Height = 8;

    /// <summary>Hashes or leaves in a full tile.</summary>
    public const int FullWidth = 1 << Height;

    public const int HighestLevel = 63;

    // Trees have fewer than 2^63 leaves; six groups of digits hold every index below.
    private const long HighestIndex = long.MaxValue >> Height;
    private const int MostGroups = 6;
    private const int LongestText = 64;

    private TilePath(int? level, long index, int width)
    {
        Level = level;
        Index = index;
        Width = width;
    }

    /// <summary>Null for a bundle of leaves.</summary>
    public int? Level { get; }

    public long Index { get; }

    public int Width { get; }

    public bool IsFull => Width == FullWidth;

    public static TilePath Hashes(int level, long index, int width = FullWidth) => Checked(level, index, width);

    public static TilePath Entries(long index, int width = FullWidth) => Checked(null, index, width);

    /// <summary>The tile as wide as a tree of this size has it.</summary>
    public static TilePath InTree(int level, long index, long size) =>
        Hashes(level, index, (int)Math.Clamp(HashesAt(level, size) - checked(index * FullWidth), 0, FullWidth));

    /// <summary>All tiles of hashes of a tree, the full ones of a level before its partial one.</summary>
    public static IEnumerable<TilePath> AllOf(long size)
    {
        for (var level = 0; HashesAt(level, size) > 0; level++)
        {
            for (var index = 0L; index * FullWidth < HashesAt(level, size); index++)
            {
                yield return InTree(level, index, size);
            }
        }
    }

    /// <summary>Whether a tree of this size has as many hashes there.</summary>
    public bool IsWithin(long size) => HashesAt(Level ?? 0, size) - Index * FullWidth >= Width;

    public static bool TryParse(string text, [NotNullWhen(true)] out TilePath? path)
    {
        path = null;
        if (text.Length > LongestText || text.Split('/') is not ["tile", var kind, .. { Length: > 0 } rest])
        {
            return false;
        }
        var level = kind == "entries" ? (int?)null : Number(kind) ?? -1;
        var width = FullWidth;
        if (rest is [.., var last, var given] && last.EndsWith(".p", StringComparison.Ordinal))
        {
            width = Number(given) ?? -1;
            rest = [.. rest[..^2], last[..^2]];
        }
        // Numbers are read leniently and written again: whatever has another spelling is refused by the comparison.
        var read = Read(level, rest, width);
        path = read?.ToString() == text ? read : null;
        return path is not null;
    }

    public override string ToString() =>
        $"tile/{Level?.ToString(CultureInfo.InvariantCulture) ?? "entries"}/{Groups()}{(IsFull ? "" : $".p/{Width}")}";

    private string Groups()
    {
        var text = $"{Index % 1000:000}";
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
        {
            text = $"x{rest % 1000:000}/{text}";
        }
        return text;
    }

    private static TilePath? Read(int? level, string[] groups, int width)
    {
        var index = 0L;
        if (groups.Length > MostGroups)
        {
            return null;
        }
        foreach (var group in groups)
        {
            if (Number(group.TrimStart('x')) is not (< 1000 and var number))
            {
                return null;
            }
            index = index * 1000 + number;
        }
        return IsSound(level, index, width) ? new TilePath(level, index, width) : null;
    }

    private static TilePath Checked(int? level, long index, int width) =>
        IsSound(level, index, width) ? new TilePath(level, index, width) : throw new ArgumentOutOfRangeException(
            nameof(index), $"No tree has a tile {index} of width {width} at level {level}.");

    private static bool IsSound(int? level, long index, int width) =>
        level is null or (>= 0 and <= HighestLevel) && index is >= 0 and <= HighestIndex && width is >= 1 and <= FullWidth;

    // Shifting by 64 and more would begin again at 0.
    private static long HashesAt(int level, long size) => level * Height < 63 ? size >> level * Height : 0;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
