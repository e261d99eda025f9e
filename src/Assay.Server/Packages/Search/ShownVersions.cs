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
        var versions = (await db.Versions.Where(row => ids.Contains(row.PackageId) && row.RemovedAt == null && row.QuarantinedBy == null)
            .Select(row => new { row.PackageId, row.Id, row.Version }).ToListAsync(cancellationToken)).ToLookup(row => row.PackageId);
        var tags = (await db.DistTags.AsNoTracking().Where(row => ids.Contains(row.PackageId) && row.Tag == DistTag.Latest.Value).ToListAsync(cancellationToken))
            .ToDictionary(row => row.PackageId, row => row.Version);
        List<long> latest = [];
        foreach (var ofPackage in versions)
        {
            Dictionary<string, string> tag = tags.TryGetValue(ofPackage.Key, out var tagged) ? new() { [DistTag.Latest.Value] = tagged } : [];
            var shown = ShownTags.Of(tag, [.. ofPackage.Select(row => row.Version)])[DistTag.Latest.Value];
            latest.Add(ofPackage.Single(row => row.Version == shown).Id);
        }
        return new ShownVersions
        {
            Latest = (await db.Versions.AsNoTracking().Where(row => latest.Contains(row.Id)).ToListAsync(cancellationToken)).ToDictionary(row => row.PackageId),
            Entries = await db.SearchEntries.AsTracking().Where(row => ids.Contains(row.PackageId)).ToDictionaryAsync(row => row.PackageId, cancellationToken),
            Maintainers = (await db.PackageOwners.Where(row => ids.Contains(row.PackageId))
                .Join(db.People, owner => owner.PersonId, person => person.Id, (owner, person) => new { owner.PackageId, person.Name })
                .ToListAsync(cancellationToken)).ToLookup(row => row.PackageId, row => row.Name),
        };
    }
}
