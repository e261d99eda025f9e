using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Attestations;

/// <summary>Logs the publishes from before there was a log. Their leaves say when they were published and come after the log's beginning.</summary>
internal sealed class LogOlderVersions(CommitQueue commits, LogWriter log)
{
    private const int Together = 200;

    /// <summary>Logs some of them; answers how many, 0 when none is left.</summary>
    public Task<int> RunAsync(CancellationToken cancellationToken) => commits.RunAsync(LogSomeAsync, cancellationToken);

    private async Task<int> LogSomeAsync(Commit commit, CancellationToken cancellationToken)
    {
        var db = commit.Db;
        var began = await db.Log.Select(row => row.CreatedAt).SingleAsync(cancellationToken);
        var older = await db.Versions.Where(row => row.PublishedAt < began && row.RemovedAt == null)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { row.Id, package.Name, package.Access, row.Version, row.Sha512, row.PublisherName })
            .Where(each => !db.LogLeaves.Any(leaf => leaf.Package == each.Name && leaf.Version == each.Version && leaf.Kind == LogKind.Publish))
            .OrderBy(each => each.Id).Take(Together).ToListAsync(cancellationToken);
        foreach (var each in older)
        {
            await log.AppendAsync(
                commit, LogEvent.Publish(each.Name, each.Version, Integrity.FromSha512(each.Sha512).ToString(), each.Access, each.PublisherName), cancellationToken);
        }
        return older.Count;
    }
}
