using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Transparency;

/// <summary>
/// Gives the log another name. Under the old one, others have seen leaves that a restored copy does not have: what goes on from the copy is another log.
/// </summary>
internal sealed class ReopenLog(CommitQueue commits)
{
    public Task<string> RunAsync(string origin, Actor actor, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => RunAsync(commit, origin, actor, stop), cancellationToken);

    /// <summary>In a commit in which nothing was logged yet; answers the name before.</summary>
    public static async Task<string> RunAsync(Commit commit, string origin, Actor actor, CancellationToken cancellationToken)
    {
        var log = await commit.Db.Log.AsTracking().SingleAsync(cancellationToken);
        var (before, edge) = (log.Origin, LogWriter.EdgeOf(log));
        log.FormerOrigins = string.Join('\n', log.FormerOrigins.Split('\n', StringSplitOptions.RemoveEmptyEntries).Append(before));
        log.Origin = origin;
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Record(actor, "log.reopened", origin, $"before: {before}, {edge.Size} leaves, root {edge.Root}");
        return before;
    }
}
