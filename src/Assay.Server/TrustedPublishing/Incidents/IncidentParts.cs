using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>The parts of an incident, as many as a person looks at.</summary>
internal static class IncidentParts
{
    public const int Most = 200;

    /// <summary>The newest first.</summary>
    public static Task<List<IncidentVersion>> VersionsAsync(RegistryDb db, IQueryable<VersionRow> versions, CancellationToken cancellationToken) => versions
        .OrderByDescending(row => row.Id)
        .Take(Most)
        .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { row, package.Name })
        .OrderByDescending(found => found.row.Id)
        .Select(found => new IncidentVersion(
            found.Name, found.row.Version, found.row.PublishedAt, found.row.PublisherName, found.row.BindingId, found.row.ProjectId, found.row.RunId, found.row.Workflow))
        .ToListAsync(cancellationToken);

    public static async Task<Excerpt<string>> PackagesAsync(RegistryDb db, IQueryable<VersionRow> versions, CancellationToken cancellationToken)
    {
        var packages = versions.Select(row => row.PackageId).Distinct();
        var names = await packages.Join(db.Packages, id => id, package => package.Id, (_, package) => package.Name)
            .OrderBy(name => name).Take(Most).ToListAsync(cancellationToken);
        return new Excerpt<string>(await packages.CountAsync(cancellationToken), names);
    }

    public static async Task<List<IncidentToken>> TokensAsync(RegistryDb db, IncidentSet set, CancellationToken cancellationToken)
    {
        var (exchanged, access) = (set.ExchangedTokens.TakeLast(Most).ToList(), set.AccessTokens.TakeLast(Most).ToList());
        var ofRuns = await db.PublishTokens.Where(row => exchanged.Contains(row.Id)).OrderByDescending(row => row.Id)
            .Select(row => new IncidentToken("exchanged", row.Names, row.CreatedAt, row.ExpiresAt, row.BindingId, row.ProjectId, row.RunId))
            .ToListAsync(cancellationToken);
        var ofPeople = await db.AccessTokens.Where(row => access.Contains(row.Id)).OrderByDescending(row => row.Id)
            .Select(row => new IncidentToken("access", row.Name, row.CreatedAt, row.ExpiresAt, null, null, null))
            .ToListAsync(cancellationToken);
        return [.. ofRuns.Concat(ofPeople).Take(Most)];
    }
}
