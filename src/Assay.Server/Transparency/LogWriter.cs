using System.Security.Cryptography;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Transparency;

/// <summary>
/// Appends to the log in the commit of what is logged, and signs one checkpoint for each group of commits. A writing transaction is alone
/// among all nodes, so that the log cannot fork.
/// </summary>
internal sealed class LogWriter(LogKeys keys) : ICommitEnd
{
    private volatile bool isBegun;

    /// <summary>From then on every recorded act is logged; before, there are no keys to sign with.</summary>
    public void Begun() => isBegun = true;

    /// <summary>Commits to an event; returns the leaf's index.</summary>
    public async Task<long> AppendAsync(Commit commit, LogEvent happened, CancellationToken cancellationToken)
    {
        var opening = new LeafOpening(RandomNumberGenerator.GetBytes(LeafOpening.SaltSize), happened.ToJson(commit.Now));
        var (group, _) = await OpenAsync(commit, cancellationToken);
        return group.Append(commit, opening.ToLeaf(happened.Kind), happened.Kind, happened.Package, happened.Version, happened.Audience, opening);
    }

    /// <summary>Appends a statement's entry, which says all there is to say; returns its index and what the log signs entries with.</summary>
    public async Task<(long Index, LogSigners Signers)> AppendAsync(
        Commit commit, byte[] entry, string package, string version, CancellationToken cancellationToken)
    {
        var (group, log) = await OpenAsync(commit, cancellationToken);
        return (group.Append(commit, entry, LogKind.Dsse, package, version, LogAudience.Readers, opening: null), log.Signers);
    }

    /// <summary>Makes the log in this commit. It has no leaf yet.</summary>
    public static void Begin(Commit commit, string origin) =>
        commit.Db.Log.Add(new LogRow { Origin = origin, Edge = TreeEdge.Empty.ToBytes(), CreatedAt = commit.Now });

    public async Task RunAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (isBegun)
        {
            foreach (var happened in commit.Recorded.Select(RecordedEvents.From).OfType<LogEvent>())
            {
                await AppendAsync(commit, happened, cancellationToken);
            }
        }
        var group = Group(commit);
        if (group.Opened is { } log && group.Placed.Count > 0)
        {
            await commit.Db.SaveChangesAsync(cancellationToken);
            await CloseAsync(commit, group, log, cancellationToken);
        }
    }

    private static async Task CloseAsync(Commit commit, LogGroup group, OpenedLog log, CancellationToken cancellationToken)
    {
        await FillTilesAsync(commit.Db, group.Placed, cancellationToken);
        var checkpoint = log.Signers.Sign(new TreeHead(log.Origin, log.Edge.Size, log.Edge.Root));
        commit.Db.LogCheckpoints.Add(new LogCheckpointRow { Size = log.Edge.Size, Note = checkpoint.ToBytes().ToArray(), At = commit.Now });
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Db.ChangeTracker.Clear();
        var edge = log.Edge.ToBytes();
        await commit.Db.Log.ExecuteUpdateAsync(row => row.SetProperty(found => found.Edge, edge), cancellationToken);
    }

    private static async Task FillTilesAsync(RegistryDb db, IEnumerable<PlacedHash> placed, CancellationToken cancellationToken)
    {
        foreach (var last in placed.Where(hash => hash.FillsTile))
        {
            var path = TilePath.Hashes(last.Level, last.Tile);
            var tile = new FullTile(path, await LogTiles.MakeAsync(db, path, cancellationToken));
            db.LogTiles.Add(new LogTileRow { Level = last.Level, Index = last.Tile, Hashes = tile.Bytes.ToArray(), Root = tile.Root.ToArray() });
            // The tile above is made of the roots of those that are stored.
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task<(LogGroup Group, OpenedLog Log)> OpenAsync(Commit commit, CancellationToken cancellationToken)
    {
        var group = Group(commit);
        if (group.Opened is null)
        {
            var row = await commit.Db.Log.AsNoTracking().SingleAsync(cancellationToken);
            group.Open(new OpenedLog(row.Origin, EdgeOf(row), await keys.SignersAsync(row.Origin, cancellationToken)));
        }
        return (group, group.Opened!);
    }

    public static TreeEdge EdgeOf(LogRow row) => TreeEdge.TryParse(row.Edge, out var edge)
        ? edge
        : throw new InvalidOperationException("The edge of the log's tree is stored, and is none.");

    private static LogGroup Group(Commit commit) => commit.Part(() => new LogGroup());
}
