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
        // An imported version is older than the registry, but came here with its leaf: were one without it logged now, nobody would see that it was taken away.
        var older = await db.Versions.Where(row => (row.ImportedAt ?? row.PublishedAt) < began && row.RemovedAt == null)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (Version, Package) => new { Version, Package })
            .Where(each => !db.LogLeaves.Any(leaf => leaf.Package == each.Package.Name && leaf.Version == each.Version.Version && leaf.Kind == LogKind.Publish))
            .OrderBy(each => each.Version.Id).Take(Together).ToListAsync(cancellationToken);
        foreach (var each in older)
        {
            await log.AppendAsync(commit, LogEvent.Publish(each.Package, each.Version), cancellationToken);
        }
        return older.Count;
    }
}
