using Assay.Cli.Logs;
using Assay.Cli.State;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Monitoring;

/// <summary>What came of reading leaves.</summary>
/// <param name="Leaves">How many were read.</param>
/// <param name="Kinds">How many of each kind.</param>
/// <param name="Problems">What is wrong, each with the tile or the leaf.</param>
internal sealed record ReadingResult(long Leaves, IReadOnlyDictionary<string, long> Kinds, IReadOnlyList<string> Problems);

/// <summary>
/// Reads every leaf from some size on, hashes it, and compares all that follows from it, tile by tile, with what the log serves and has signed.
/// </summary>
internal sealed class LogReading(LogTiles tiles, TreeHead head, int concurrency)
{
    private const int MostProblems = 20;

    private readonly SortedDictionary<string, long> kinds = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];
    private readonly List<(long Leaf, TilePath Tile)> differing = [];

    /// <param name="from">What was read before and can be gone on from; null for everything.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ReadingResult> RunAsync(RememberedHead? from, CancellationToken cancellationToken)
    {
        var edge = from is null ? TreeEdge.Empty : await ContinueAsync(from, cancellationToken);
        var start = edge.Size;
        for (var bundle = start / TilePath.FullWidth; bundle * TilePath.FullWidth < head.Size; bundle += concurrency)
        {
            edge = await ReadBundlesAsync(bundle, edge, cancellationToken);
        }
        await JudgeAsync(edge, cancellationToken);
        return new ReadingResult(head.Size - start, kinds, problems);
    }

    private async Task<TreeEdge> ContinueAsync(RememberedHead from, CancellationToken cancellationToken)
    {
        var edge = await new TileProofs(from.Size, tiles.ReadAsync).EdgeAsync(cancellationToken);
        return $"{edge.Root}" == from.Root ? edge : throw new LogRefuted(
            $"The tiles no longer lead to the root of the first {from.Size} leaves, which were read before. Read everything again (--full) to see where. {LogAgreement.WhatToDo}");
    }

    // Some bundles at once, then in their order.
    private async Task<TreeEdge> ReadBundlesAsync(long first, TreeEdge edge, CancellationToken cancellationToken)
    {
        var bundles = Enumerable.Range(0, concurrency).Select(offset => first + offset).TakeWhile(bundle => bundle * TilePath.FullWidth < head.Size);
        foreach (var (bundle, fetched) in bundles.Select(bundle => (bundle, FetchAsync(bundle, cancellationToken))).ToList())
        {
            var leaves = await fetched;
            for (var offset = (int)(edge.Size - bundle * TilePath.FullWidth); offset < leaves.Count; offset++)
            {
                edge = await AppendAsync(edge, leaves[offset], cancellationToken);
            }
        }
        return edge;
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> FetchAsync(long bundle, CancellationToken cancellationToken)
    {
        var hashes = TilePath.InTree(0, bundle, head.Size);
        // The tile of the same leaves is wanted next, and is kept.
        await tiles.ReadAsync(hashes, cancellationToken);
        return await tiles.LeavesAsync(TilePath.Entries(bundle, hashes.Width), cancellationToken);
    }

    private async Task<TreeEdge> AppendAsync(TreeEdge edge, ReadOnlyMemory<byte> leaf, CancellationToken cancellationToken)
    {
        if (LeafShape.KindOf(leaf) is not { } kind)
        {
            Report($"leaf {edge.Size} is neither a commitment nor a signed statement");
        }
        else
        {
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
        var placed = new List<PlacedHash>();
        var grown = edge.Append(LogHash.OfLeaf(leaf.Span), placed);
        foreach (var hash in placed)
        {
            var path = TilePath.InTree(hash.Level, hash.Tile, head.Size);
            var served = await tiles.ReadAsync(path, cancellationToken);
            if (new LogHash(served.Span.Slice(hash.Position * LogHash.Size, LogHash.Size)) != hash.Hash)
            {
                differing.Add((edge.Size, path));
            }
        }
        return grown;
    }

    // Two ways lead to the root: by the leaves and by the tiles. The one that ends elsewhere has been changed.
    private async Task JudgeAsync(TreeEdge byLeaves, CancellationToken cancellationToken)
    {
        var byTiles = await new TileProofs(head.Size, tiles.ReadAsync).EdgeAsync(cancellationToken);
        var leavesAreRight = byLeaves.Root == head.Root;
        foreach (var (leaf, tile) in differing)
        {
            Report(leavesAreRight
                ? $"{tile} has another hash than follows from leaf {leaf}; the leaves lead to the signed root, so the tile was changed"
                : $"leaf {leaf} does not have the hash that is in {tile}{(byTiles.Root == head.Root ? "; the tiles lead to the signed root, so the leaf was changed" : "")}");
        }
        if (!leavesAreRight)
        {
            Report($"the leaves lead to the root {byLeaves.Root}, the checkpoint says {head.Root}");
        }
        if (byTiles.Root != head.Root)
        {
            Report($"the tiles lead to the root {byTiles.Root}, the checkpoint says {head.Root}");
        }
    }

    private void Report(string problem)
    {
        if (problems.Count < MostProblems)
        {
            problems.Add(problem);
        }
    }
}
