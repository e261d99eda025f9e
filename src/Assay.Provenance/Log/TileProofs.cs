namespace Assay.Provenance.Log;

/// <summary>Fetches a tile of hashes: exactly <see cref="TilePath.Width"/> of them.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> TileReader(TilePath path, CancellationToken cancellationToken);

/// <summary>
/// Makes proofs about the tree of one size out of its tiles. Tiles are taken as they are: what comes of somebody else's is worth what
/// verifying it against a checkpoint says.
/// </summary>
public sealed class TileProofs(long size, TileReader read)
{
    public async Task<InclusionProof> InclusionAsync(long index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return new InclusionProof(index, size, await HashesAsync(LeafRange.OfInclusion(index, size), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>From an older size to this one.</summary>
    public async Task<ConsistencyProof> ConsistencyAsync(long oldSize, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        var hashes = await HashesAsync(LeafRange.OfConsistency(oldSize, size), cancellationToken).ConfigureAwait(false);
        return new ConsistencyProof(oldSize, size, hashes);
    }

    /// <summary>The tree's edge, and with it the root, as the tiles have it.</summary>
    public async Task<TreeEdge> EdgeAsync(CancellationToken cancellationToken)
    {
        var subtrees = new LeafRange(0, size).Subtrees().ToList();
        var tiles = await TilesAsync(subtrees, cancellationToken).ConfigureAwait(false);
        return new TreeEdge(size, Hashes(subtrees, tiles));
    }

    private async Task<IReadOnlyList<LogHash>> HashesAsync(IReadOnlyList<LeafRange> ranges, CancellationToken cancellationToken)
    {
        var tiles = await TilesAsync(ranges.SelectMany(range => range.Subtrees()), cancellationToken).ConfigureAwait(false);
        return [.. ranges.Select(range => TreeEdge.RootOf(Hashes(range.Subtrees(), tiles)))];
    }

    private LogHash[] Hashes(IEnumerable<TreeNode> nodes, Dictionary<TilePath, ReadOnlyMemory<byte>> tiles) =>
        [.. nodes.Select(node => node.HashFrom(tiles[node.TileIn(size)].Span))];

    private async Task<Dictionary<TilePath, ReadOnlyMemory<byte>>> TilesAsync(IEnumerable<TreeNode> nodes, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<TilePath, ReadOnlyMemory<byte>>();
        foreach (var path in nodes.Select(node => node.TileIn(size)).Distinct())
        {
            var tile = await read(path, cancellationToken).ConfigureAwait(false);
            tiles[path] = tile.Length == path.Width * LogHash.Size ? tile : throw new InvalidDataException(
                $"{path} is {tile.Length} bytes and not {path.Width * LogHash.Size}.");
        }
        return tiles;
    }
}
