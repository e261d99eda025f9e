using Assay.Provenance.Log;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Transparency;

/// <summary>The log's tree as tiles. Full ones are stored; all others are made of what is below them.</summary>
internal static class LogTiles
{
    /// <summary>Proofs about the tree of a size, which the log has or had.</summary>
    public static TileProofs Proofs(RegistryDb db, long size) =>
        new(size, async (path, cancellationToken) => await ReadAsync(db, path, cancellationToken));

    public static async Task<byte[]> ReadAsync(RegistryDb db, TilePath path, CancellationToken cancellationToken) =>
        (path.IsFull ? await db.LogTiles.Where(row => row.Level == path.Level && row.Index == path.Index).Select(row => row.Hashes).SingleOrDefaultAsync(cancellationToken) : null)
            ?? await MakeAsync(db, path, cancellationToken);

    /// <summary>The hashes of leaves, or of tiles one level down.</summary>
    public static async Task<byte[]> MakeAsync(RegistryDb db, TilePath path, CancellationToken cancellationToken)
    {
        var (first, end) = Range(path);
        var hashes = path.Level == 0
            ? await db.LogLeaves.Where(row => row.Index >= first && row.Index < end).OrderBy(row => row.Index).Select(row => row.Hash).ToListAsync(cancellationToken)
            : await db.LogTiles.Where(row => row.Level == path.Level - 1 && row.Index >= first && row.Index < end)
                .OrderBy(row => row.Index).Select(row => row.Root).ToListAsync(cancellationToken);
        return [.. hashes.SelectMany(hash => hash)];
    }

    public static async Task<byte[]> EntriesAsync(RegistryDb db, TilePath path, CancellationToken cancellationToken)
    {
        var (first, end) = Range(path);
        var leaves = await db.LogLeaves.Where(row => row.Index >= first && row.Index < end).OrderBy(row => row.Index).Select(row => row.Leaf).ToListAsync(cancellationToken);
        return EntryBundle.Write([.. leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf)]);
    }

    private static (long First, long End) Range(TilePath path)
    {
        var first = path.Index * TilePath.FullWidth;
        return (first, first + path.Width);
    }
}
