using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>A package that needs another one.</summary>
/// <param name="Package">Its name.</param>
/// <param name="Version">What <c>latest</c> shows of it.</param>
/// <param name="Range">The versions that it takes.</param>
/// <param name="Kind"><c>runtime</c>, <c>peer</c> or <c>optional</c>.</param>
/// <param name="Description">In its author's words.</param>
internal sealed record Dependent(string Package, string Version, string Range, string Kind, string? Description);

internal sealed record FoundDependents(int Total, IReadOnlyList<Dependent> Packages);

/// <summary>Which packages need one, among those that the caller may read: by what <c>latest</c> shows of each, without what is needed only to develop it.</summary>
internal sealed class ListDependents(RegistryDbSource source, ReadablePackages readable)
{
    /// <summary>Null when the caller may not know the package, or there is none.</summary>
    public async Task<FoundDependents?> RunAsync(PackageName name, int from, int size, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var packages = await readable.OfAsync(db, caller, cancellationToken);
        if (!await packages.AnyAsync(package => package.Name == name.Value, cancellationToken))
        {
            return null;
        }
        var needing =
            from row in Dependents.Of(db, packages)
            where row.Name == name.Value
            join package in db.Packages on row.PackageId equals package.Id
            join entry in db.SearchEntries on row.PackageId equals entry.PackageId
            join version in db.Versions on entry.VersionId equals version.Id
            orderby package.Name
            select new Dependent(package.Name, version.Version, row.Range, row.Kind, entry.Description);
        return new FoundDependents(await needing.CountAsync(cancellationToken), await needing.Skip(from).Take(size).ToListAsync(cancellationToken));
    }
}

internal static class Dependents
{
    /// <summary>What these packages need.</summary>
    public static IQueryable<DependencyRow> Of(RegistryDb db, IQueryable<PackageRow> packages)
    {
        var ids = packages.Select(package => package.Id);
        return db.Dependencies.Where(row => ids.Contains(row.PackageId));
    }
}
