using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>
/// Compares, before anything is served, the log with what it has signed: leaves, tiles, edge and checkpoint are one tree, and each stored version is the one
/// that the log has. A registry that went on from a changed log would sign the change.
/// </summary>
internal sealed class CheckLog(RegistryDbSource source, LogKeys keys, IOptions<LogOptions> options)
{
    private const int Together = 4 * TilePath.FullWidth;

    /// <exception cref="StartRefused">Something of it was changed, or is missing.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(options.Value.CheckWholeAtStart, cancellationToken);

    /// <inheritdoc cref="RunAsync(CancellationToken)"/>
    public async Task RunAsync(bool isWhole, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var log = await db.Log.SingleAsync(cancellationToken);
        var newest = await db.LogCheckpoints.OrderByDescending(row => row.Size).FirstOrDefaultAsync(cancellationToken);
        var head = await HeadAsync(log, newest, cancellationToken);
        var edge = LogWriter.EdgeOf(log);
        if (edge.Size != head.Size || edge.Root != head.Root)
        {
            throw Refuse($"its edge has {edge.Size} leaves and the root {edge.Root}, its newest checkpoint says {head.Size} and {head.Root}");
        }
        if (isWhole)
        {
            await LeavesAsync(db, head, cancellationToken);
            await TilesAsync(db, head.Size, cancellationToken);
            await VersionsAsync(db, cancellationToken);
        }
    }

    private async Task<TreeHead> HeadAsync(LogRow log, LogCheckpointRow? newest, CancellationToken cancellationToken)
    {
        if (newest is null || !UnverifiedCheckpoint.TryParse(newest.Note, out var unverified))
        {
            throw Refuse("it has no checkpoint that can be read");
        }
        if (!unverified.TryVerify(await keys.KnownAsync(log.Origin, cancellationToken), [], out var checkpoint, out var refusal))
        {
            throw Refuse($"its newest checkpoint, of {newest.Size} leaves, is not signed by its keys ({refusal})");
        }
        return checkpoint.Head.Size == newest.Size ? checkpoint.Head : throw Refuse($"the checkpoint of {newest.Size} leaves is one of {checkpoint.Head.Size}");
    }

    private static async Task LeavesAsync(RegistryDb db, TreeHead head, CancellationToken cancellationToken)
    {
        var edge = TreeEdge.Empty;
        while (true)
        {
            var first = edge.Size;
            var leaves = await db.LogLeaves.Where(row => row.Index >= first).OrderBy(row => row.Index).Take(Together).ToListAsync(cancellationToken);
            if (leaves.Count == 0)
            {
                break;
            }
            foreach (var leaf in leaves)
            {
                Check(leaf, edge.Size);
                edge = edge.Append(new LogHash(leaf.Hash), new List<PlacedHash>());
            }
        }
        if (edge.Size != head.Size || edge.Root != head.Root)
        {
            throw Refuse($"its {edge.Size} leaves have the root {edge.Root}, its newest checkpoint says {head.Size} and {head.Root}");
        }
    }

    private static void Check(LogLeafRow leaf, long expected)
    {
        if (leaf.Index != expected)
        {
            throw Refuse($"leaf {expected} is missing");
        }
        if (!LogHash.OfLeaf(leaf.Leaf).ToArray().AsSpan().SequenceEqual(leaf.Hash))
        {
            throw Refuse($"leaf {leaf.Index} has another hash than the one that is stored");
        }
        if (leaf is { Salt: { } salt, Event: { } text }
            && (salt.Length != LeafOpening.SaltSize || !new LeafOpening(salt, text).Opens(leaf.Leaf, leaf.Kind)))
        {
            throw Refuse($"the event of leaf {leaf.Index} is not the one that the leaf commits to");
        }
    }

    private static async Task TilesAsync(RegistryDb db, long size, CancellationToken cancellationToken)
    {
        foreach (var path in TilePath.AllOf(size).Where(path => path.IsFull))
        {
            var stored = await db.LogTiles.SingleOrDefaultAsync(row => row.Level == path.Level && row.Index == path.Index, cancellationToken)
                ?? throw Refuse($"{path} is missing");
            var made = await LogTiles.MakeAsync(db, path, cancellationToken);
            if (!made.AsSpan().SequenceEqual(stored.Hashes) || !new FullTile(path, made).Root.ToArray().AsSpan().SequenceEqual(stored.Root))
            {
                throw Refuse($"{path} is not made of what is below it");
            }
        }
    }

    // Both ways: what is served is logged, and what is logged was not taken away.
    private static async Task VersionsAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var began = await db.Log.Select(row => row.CreatedAt).SingleAsync(cancellationToken);
        var published = db.LogLeaves.Where(row => row.Kind == LogKind.Publish);
        var stored = db.Versions.Join(
            db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { Package = package.Name, row.Version, row.Sha512, CameAt = row.ImportedAt ?? row.PublishedAt });
        var unlogged = await stored
            .Where(row => row.CameAt >= began && !published.Any(leaf => leaf.Package == row.Package && leaf.Version == row.Version))
            .Select(row => row.Package + "@" + row.Version).FirstOrDefaultAsync(cancellationToken);
        if (unlogged is not null)
        {
            throw Refuse($"{unlogged} is stored, but its publish is not in the log");
        }
        var logged = published.Select(leaf => new LoggedPublish(leaf.Index, leaf.Package!, leaf.Version!, leaf.Event,
            stored.Where(row => row.Package == leaf.Package && row.Version == leaf.Version).Select(row => row.Sha512).FirstOrDefault()));
        await foreach (var leaf in logged.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Compare(leaf);
        }
    }

    private static void Compare(LoggedPublish leaf)
    {
        if (leaf.Sha512 is null)
        {
            throw Refuse($"leaf {leaf.Index} says that {leaf.Package}@{leaf.Version} was published, but it is not stored");
        }
        // An erased opening says nothing any more.
        if (leaf.Sha512.Length != SHA512.HashSizeInBytes
            || (leaf.Event is not null && JsonNode.Parse(leaf.Event)?["integrity"]?.GetValue<string>() != Integrity.FromSha512(leaf.Sha512).ToString()))
        {
            throw Refuse($"{leaf.Package}@{leaf.Version} has other bytes than leaf {leaf.Index} says");
        }
    }

    private static StartRefused Refuse(string what) => new(
        $"The transparency log does not agree with what it signed: {what}. Nothing is served or signed from it. "
        + "Find out who changed the database, and restore a backup (a log that goes on from an older copy: docs/transparency.md).");

    private sealed record LoggedPublish(long Index, string Package, string Version, string? Event, byte[]? Sha512);
}
