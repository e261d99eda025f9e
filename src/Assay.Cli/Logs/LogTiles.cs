using System.Collections.Concurrent;
using Assay.Cli.Registry;
using Assay.Provenance.Log;

namespace Assay.Cli.Logs;

/// <summary>Tiles of hashes and of leaves as the registry serves them. Those of hashes are kept: proofs ask for the same ones again.</summary>
internal sealed class LogTiles(RegistryClient registry)
{
    private const int LongestEntries = TilePath.FullWidth * (sizeof(ushort) + EntryBundle.LongestLeaf);
    private const int MostKept = 4096;

    private readonly ConcurrentDictionary<TilePath, ReadOnlyMemory<byte>> kept = [];

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(path, out var tile))
        {
            return tile;
        }
        tile = await FetchAsync(path, LogHash.Size * TilePath.FullWidth, cancellationToken) ?? await FromFullAsync(path, cancellationToken);
        if (tile.Length != path.Width * LogHash.Size)
        {
            throw new LogRefuted($"{path} has {tile.Length} bytes and not {path.Width * LogHash.Size}.");
        }
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }
        kept[path] = tile;
        return tile;
    }

    /// <summary>The leaves of a bundle, exactly as many as its path says.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> LeavesAsync(TilePath path, CancellationToken cancellationToken)
    {
        if (await FetchAsync(path, LongestEntries, cancellationToken) is { } bundle && EntryBundle.TryRead(bundle, path.Width, out var leaves))
        {
            return leaves;
        }
        if (!path.IsFull && await FetchAsync(TilePath.Entries(path.Index), LongestEntries, cancellationToken) is { } full
            && EntryBundle.TryRead(full, TilePath.FullWidth, out leaves))
        {
            return [.. leaves.Take(path.Width)];
        }
        throw new LogRefuted($"{path} is missing, or is not {path.Width} leaves.");
    }

    // A log may drop partial tiles once the full one is there (c2sp.org/tlog-tiles).
    private async Task<ReadOnlyMemory<byte>> FromFullAsync(TilePath path, CancellationToken cancellationToken)
    {
        var full = path.IsFull ? null : await FetchAsync(TilePath.Hashes(path.Level!.Value, path.Index), LogHash.Size * TilePath.FullWidth, cancellationToken);
        return full is { Length: LogHash.Size * TilePath.FullWidth } bytes
            ? bytes[..(path.Width * LogHash.Size)]
            : throw new LogRefuted($"{path} is missing, although the checkpoint promises it.");
    }

    private async Task<ReadOnlyMemory<byte>?> FetchAsync(TilePath path, int limit, CancellationToken cancellationToken) =>
        (await registry.GetAsync($"-/assay/v1/log/{path}", limit, cancellationToken)).Body is { } body ? body : (ReadOnlyMemory<byte>?)null;
}
