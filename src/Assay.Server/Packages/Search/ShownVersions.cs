using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Of some packages, what <c>latest</c> shows, what was kept of it before, and who maintains them: few questions for many packages.</summary>
internal sealed record ShownVersions
{
    /// <summary>By the package's id; a package that shows nothing has none.</summary>
    public required IReadOnlyDictionary<long, VersionRow> Latest { get; init; }

    public required IReadOnlyDictionary<long, SearchEntryRow> Entries { get; init; }

    public required ILookup<long, string> Maintainers { get; init; }

    public static async Task<ShownVersions> OfAsync(RegistryDb db, List<long> ids, CancellationToken cancellationToken)
    {
        var latest = await LatestAsync(db, ids, cancellationToken);
        return new ShownVersions
        {
            Latest = (await db.Versions.AsNoTracking().Where(row => latest.Contains(row.Id)).ToListAsync(cancellationToken)).ToDictionary(row => row.PackageId),
            Entries = await db.SearchEntries.AsTracking().Where(row => ids.Contains(row.PackageId)).ToDictionaryAsync(row => row.PackageId, cancellationToken),
            Maintainers = (await db.PackageOwners.Where(row => ids.Contains(row.PackageId))
                .Join(db.People, owner => owner.PersonId, person => person.Id, (owner, person) => new { owner.PackageId, person.Name })
                .ToListAsync(cancellationToken)).ToLookup(row => row.PackageId, row => row.Name),
        };
    }

    private static async Task<List<long>> LatestAsync(RegistryDb db, List<long> ids, CancellationToken cancellationToken)
    {
        var shown = db.Versions.Where(row => ids.Contains(row.PackageId) && row.RemovedAt == null && row.QuarantinedBy == null);
        var tagged = await shown
            .Join(db.DistTags.Where(tag => tag.Tag == DistTag.Latest.Value), row => new { row.PackageId, row.Version }, tag => new { tag.PackageId, tag.Version }, (row, _) => new { row.PackageId, row.Id })
            .ToListAsync(cancellationToken);
        // What the tag points to is not shown: then it is the newest of those that are, as in the package's documents.
        var others = ids.Except(tagged.Select(row => row.PackageId)).ToList();
        var versions = others.Count == 0 ? [] : await shown.Where(row => others.Contains(row.PackageId)).Select(row => new { row.PackageId, row.Id, row.Version }).ToListAsync(cancellationToken);
        return
        [
            .. tagged.Select(row => row.Id),
            .. versions.GroupBy(row => row.PackageId).Select(ofPackage => Newest(ofPackage.ToDictionary(row => row.Version, row => row.Id, StringComparer.Ordinal))),
        ];
    }

    private static long Newest(Dictionary<string, long> versions) => versions[NewestVersion.Of(versions.Keys)!];
}
