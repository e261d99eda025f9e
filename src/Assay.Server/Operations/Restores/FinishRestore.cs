using System.Text;
using Assay.Provenance.Log.Notes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>
/// What a registry does before it serves restored data. It has forgotten what happened after the backup: which tokens were ended, which identity tokens were used up,
/// which leaves others have seen. So no token counts any more, identity tokens from before are refused, and the log goes on under another name, unless it is shown to be whole.
/// </summary>
internal sealed class FinishRestore(DataDirectory data, CommitQueue commits, RegistryDbSource source, LogKeys keys, IOptions<DatabaseOptions> options)
{
    private static readonly Actor Restore = new("restore", "");

    /// <exception cref="StartRefused">The settings name another database than the restored one.</exception>
    public void CheckEngine()
    {
        if (File.Exists(PendingRestore.FileIn(data.Path)) && options.Value.Engine != DatabaseEngine.Sqlite)
        {
            throw new StartRefused($"What was restored into {data.Path} is a SQLite registry, and Assay:Database:Engine names another database. Leave that setting out.");
        }
    }

    /// <summary>Answers what was done, in lines; none when nothing was restored.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        if (await PendingRestore.ReadAsync(data.Path, cancellationToken) is not { } pending)
        {
            return [];
        }
        var doubt = await WhyNotWholeAsync(pending, cancellationToken);
        var lines = await commits.RunAsync((commit, stop) => RestoredAsync(commit, pending, doubt, stop), cancellationToken);
        PendingRestore.Done(data.Path);
        return lines;
    }

    /// <summary>Null when the newest checkpoint of the backup is shown to be the log's last.</summary>
    private async Task<string?> WhyNotWholeAsync(PendingRestore pending, CancellationToken cancellationToken)
    {
        if (pending.Checkpoint is null)
        {
            return "nobody showed that it has no leaves after the backup";
        }
        await using var db = source.Open();
        var origin = await LogReading.OriginAsync(db, cancellationToken);
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        if (!UnverifiedCheckpoint.TryParse(Encoding.UTF8.GetBytes(pending.Checkpoint), out var shown)
            || !shown.TryVerify(await keys.KnownAsync(origin, cancellationToken), [], out var checkpoint, out var refusal))
        {
            return "the checkpoint that was shown is not signed by this log";
        }
        var edge = LogWriter.EdgeOf(await db.Log.SingleAsync(cancellationToken));
        return checkpoint.Head.Size == newest.Size && checkpoint.Head.Root == edge.Root
            ? null
            : $"the checkpoint that was shown has {checkpoint.Head.Size} leaves, the backup has {newest.Size}";
    }

    private static async Task<IReadOnlyList<string>> RestoredAsync(Commit commit, PendingRestore pending, string? doubt, CancellationToken cancellationToken)
    {
        const string Action = "registry.restored";
        // A crash between the commit and the end of the note about it: it is done.
        if (await commit.Db.AuditEvents.AnyAsync(row => row.Action == Action && row.Subject == pending.Id, cancellationToken))
        {
            return ["This data was restored; that had been seen to already."];
        }
        var log = await LogLinesAsync(commit, doubt, cancellationToken);
        var ended = await EndTokensAsync(commit, cancellationToken);
        await commit.Db.State.ExecuteUpdateAsync(set => set.SetProperty(row => row.RestoredAt, commit.Now), cancellationToken);
        commit.Record(Restore, Action, pending.Id, $"{pending.From}; {ended}");
        commit.Changed(IChangeFeed.Everything);
        return
        [
            $"Ended: {ended}. Everybody signs in again; automation needs new tokens.",
            $"Identity tokens of CI that were issued before {commit.Now:u} are refused: run the jobs again.",
            .. log,
        ];
    }

    private static async Task<string> EndTokensAsync(Commit commit, CancellationToken cancellationToken)
    {
        var access = await commit.Db.AccessTokens.Where(row => row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        var exchanged = await commit.Db.PublishTokens.Where(row => row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        var logins = await commit.Db.WebLogins.Where(row => row.CollectedAt == null).ExecuteDeleteAsync(cancellationToken);
        return $"{access} access tokens, {exchanged} tokens of CI runs, {logins} pending logins";
    }

    private static async Task<IReadOnlyList<string>> LogLinesAsync(Commit commit, string? doubt, CancellationToken cancellationToken)
    {
        var origin = await LogReading.OriginAsync(commit.Db, cancellationToken);
        if (doubt is null)
        {
            return [$"The log keeps its name, {origin}: the checkpoint shows that it is whole."];
        }
        var after = RestoredOrigin.Of(origin, commit.Now);
        await ReopenLog.RunAsync(commit, after, Restore, cancellationToken);
        return
        [
            $"The log was {origin} and is {after} from now on: {doubt}.",
            "Monitors and witnesses know it as another log: tell those who run them that and why.",
        ];
    }
}
