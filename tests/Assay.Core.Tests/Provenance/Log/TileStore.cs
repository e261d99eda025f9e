using Assay.Provenance.Log;

namespace Assay.Core.Tests.Provenance.Log;

/// <summary>A log in memory that keeps what the edge says is final, and nothing else.</summary>
internal sealed class TileStore
{
    private readonly List<List<LogHash>> levels = [[]];

    public TreeEdge Edge { get; private set; } = TreeEdge.Empty;

    public List<TilePath> Asked { get; } = [];

    public IReadOnlyList<LogHash> Leaves => levels[0];

    public static TileStore Of(int size)
    {
        var store = new TileStore();
        for (var index = 0; index < size; index++)
        {
            store.Append(LogHash.OfLeaf(BitConverter.GetBytes(index)));
        }
        return store;
    }

    public void Append(LogHash leaf)
    {
        var placed = new List<PlacedHash>();
        Edge = Edge.Append(leaf, placed);
        foreach (var hash in placed)
        {
            if (hash.Level == levels.Count)
            {
                levels.Add([]);
            }
            Assert.Equal(levels[hash.Level].Count, hash.Index);
            levels[hash.Level].Add(hash.Hash);
        }
    }

    public IReadOnlyList<int> HashesAtLevels => [.. levels.Select(level => level.Count)];

    public TileProofs Proofs(long size) => new(size, ReadAsync);

    public ReadOnlyMemory<byte> Read(TilePath path) =>
        levels[path.Level!.Value].Skip((int)path.Index * TilePath.FullWidth).Take(path.Width).SelectMany(hash => hash.ToArray()).ToArray();

    private ValueTask<ReadOnlyMemory<byte>> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        Asked.Add(path);
        return ValueTask.FromResult(Read(path));
    }
}
