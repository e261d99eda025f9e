namespace Assay.Provenance.Log;

/// <summary>A perfect subtree: 2^<paramref name="Height"/> leaves from <paramref name="Index"/>·2^<paramref name="Height"/> on.</summary>
internal readonly record struct TreeNode(int Height, long Index)
{
    private long FirstHash => Index << Height % TilePath.Height;

    public TilePath TileIn(long size) => TilePath.InTree(Height / TilePath.Height, FirstHash >> TilePath.Height, size);

    /// <summary>Tiles have every eighth level of the tree only: the node's hash is made of those that are below it in its tile.</summary>
    public LogHash HashFrom(ReadOnlySpan<byte> tile)
    {
        var offset = (int)(FirstHash % TilePath.FullWidth);
        return Fold(tile.Slice(offset * LogHash.Size, LogHash.Size << Height % TilePath.Height));
    }

    /// <summary>The root over hashes that stand side by side, a power of two of them.</summary>
    public static LogHash Fold(ReadOnlySpan<byte> bytes)
    {
        var hashes = new LogHash[bytes.Length / LogHash.Size];
        for (var index = 0; index < hashes.Length; index++)
        {
            hashes[index] = new LogHash(bytes.Slice(index * LogHash.Size, LogHash.Size));
        }
        for (var count = hashes.Length / 2; count > 0; count /= 2)
        {
            for (var index = 0; index < count; index++)
            {
                hashes[index] = LogHash.OfNode(hashes[2 * index], hashes[2 * index + 1]);
            }
        }
        return hashes[0];
    }
}
