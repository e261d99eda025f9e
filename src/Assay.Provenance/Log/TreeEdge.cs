using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Assay.Provenance.Log;

/// <summary>
/// The right edge of the log's tree: its size, and the roots of the perfect subtrees it consists of, largest first. That is all that appending
/// needs. It never changes, so that a writer whose transaction fails still has the edge it began with.
/// </summary>
public sealed class TreeEdge
{
    private readonly LogHash[] subtrees;

    internal TreeEdge(long size, LogHash[] subtrees)
    {
        Size = size;
        this.subtrees = subtrees;
    }

    public static TreeEdge Empty { get; } = new(0, []);

    public long Size { get; }

    public LogHash Root => RootOf(subtrees);

    /// <summary>Appends a leaf, and adds to <paramref name="placed"/> every hash that is final now, that of the leaf first.</summary>
    public TreeEdge Append(LogHash leaf, ICollection<PlacedHash> placed)
    {
        var size = checked(Size + 1);
        placed.Add(new PlacedHash(0, Size, leaf));
        var (merged, kept) = (leaf, subtrees.Length);
        for (var height = 1; (Size >> height - 1 & 1) == 1; height++)
        {
            merged = LogHash.OfNode(subtrees[--kept], merged);
            if (height % TilePath.Height == 0)
            {
                placed.Add(new PlacedHash(height / TilePath.Height, Size >> height, merged));
            }
        }
        return new TreeEdge(size, [.. subtrees.AsSpan(0, kept), merged]);
    }

    /// <summary>The size in eight bytes, then the hashes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(long) + subtrees.Length * LogHash.Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var index = 0; index < subtrees.Length; index++)
        {
            subtrees[index].CopyTo(bytes.AsSpan(sizeof(long) + index * LogHash.Size));
        }
        return bytes;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TreeEdge? edge)
    {
        edge = null;
        if (bytes.Length < sizeof(long) || BinaryPrimitives.ReadInt64BigEndian(bytes) is not (>= 0 and var size)
            || bytes.Length != sizeof(long) + BitOperations.PopCount((ulong)size) * LogHash.Size)
        {
            return false;
        }
        var subtrees = new LogHash[BitOperations.PopCount((ulong)size)];
        for (var index = 0; index < subtrees.Length; index++)
        {
            subtrees[index] = new LogHash(bytes.Slice(sizeof(long) + index * LogHash.Size, LogHash.Size));
        }
        edge = new TreeEdge(size, subtrees);
        return true;
    }

    /// <summary>One hash over subtrees that stand side by side, each smaller than the one to its left.</summary>
    internal static LogHash RootOf(ReadOnlySpan<LogHash> subtrees)
    {
        if (subtrees.IsEmpty)
        {
            return LogHash.EmptyTree;
        }
        var root = subtrees[^1];
        for (var index = subtrees.Length - 2; index >= 0; index--)
        {
            root = LogHash.OfNode(subtrees[index], root);
        }
        return root;
    }
}
