using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Writes what can be found of a package anew from its rows, at the end of every group that changed it. Whatever the change was, it names the package to whoever
/// remembers its documents; so this is the one place, and what is committed is found, and what is hidden is not, from the next request on.
/// </summary>
internal sealed class IndexPackages(IndexEntry entry) : ICommitEnd
{
    private const int Together = 200;

    public async Task RunAsync(Commit commit, CancellationToken cancellationToken)
    {
        var db = commit.Db;
        var names = commit.ChangedKeys.Where(key => key.StartsWith(PackageDocuments.ChangePrefix, StringComparison.Ordinal) && !key.EndsWith('/'))
            .Select(key => key[PackageDocuments.ChangePrefix.Length..]).ToList();
        foreach (var some in names.Chunk(Together))
        {
            var packages = await db.Packages.AsNoTracking().Where(row => some.Contains(row.Name)).ToListAsync(cancellationToken);
            await WriteAsync(db, packages, cancellationToken);
        }
        // Too many to be named, as when an incident takes in half of the registry.
        if (commit.ChangedKeys.Contains(IChangeFeed.Everything))
        {
            await RenewAsync(db, cancellationToken);
        }
    }

    /// <summary>Some of the packages that nobody looked at yet, in a commit of their own; answers how many.</summary>
    public async Task<int> AddSomeAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var packages = await db.Packages.AsNoTracking().Where(package => !db.SearchEntries.Any(row => row.PackageId == package.Id))
            .OrderBy(package => package.Id).Take(Together).ToListAsync(cancellationToken);
        await WriteAsync(db, packages, cancellationToken);
        return packages.Count;
    }

    private async Task RenewAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var ids = await StaleEntries.Of(db).ToListAsync(cancellationToken);
        foreach (var some in ids.Chunk(Together))
        {
            var packages = await db.Packages.AsNoTracking().Where(row => some.Contains(row.Id)).ToListAsync(cancellationToken);
            await WriteAsync(db, packages, cancellationToken);
        }
    }

    private async Task WriteAsync(RegistryDb db, List<PackageRow> packages, CancellationToken cancellationToken)
    {
        if (packages.Count == 0)
        {
            return;
        }
        var shown = await ShownVersions.OfAsync(db, packages.ConvertAll(package => package.Id), cancellationToken);
        foreach (var package in packages)
        {
            await entry.WriteAsync(db, package, shown, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }
}

internal static class StaleEntries
{
    /// <summary>The packages whose entry may be of another version than is shown now.</summary>
    public static IQueryable<long> Of(RegistryDb db)
    {
        var shown = db.Versions.Where(version => version.RemovedAt == null && version.QuarantinedBy == null);
        var latest = db.DistTags.Where(tag => tag.Tag == DistTag.Latest.Value);
        return db.SearchEntries
            .Where(row => row.VersionId == null
                ? shown.Any(version => version.PackageId == row.PackageId)
                : !latest.Any(tag => tag.PackageId == row.PackageId && shown.Any(version => version.Id == row.VersionId && version.Version == tag.Version)))
            .Select(row => row.PackageId);
    }
}
