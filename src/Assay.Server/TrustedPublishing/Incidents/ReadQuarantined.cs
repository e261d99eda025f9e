using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A version that nobody can read, and the incident that holds it.</summary>
internal sealed record HeldVersion(string Package, string Version, string Incident, string Reason, string By, DateTimeOffset Since);

/// <summary>The versions of this registry that incidents hold, for its administrators.</summary>
internal sealed class ReadQuarantined(RegistryDbSource source)
{
    /// <summary>The newest first, as many as a person looks at, and how many there are.</summary>
    public async Task<Excerpt<HeldVersion>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var held = db.Versions.Where(row => row.QuarantinedBy != null);
        var first = await held.OrderByDescending(row => row.Id).Take(IncidentParts.Most)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { Row = row, package.Name })
            .Join(db.Incidents, found => found.Row.QuarantinedBy, incident => incident.Id, (found, incident) => new { found.Row, found.Name, Incident = incident })
            .OrderByDescending(found => found.Row.Id)
            .Select(found => new HeldVersion(found.Name, found.Row.Version, found.Incident.Id, found.Incident.Reason, found.Incident.CreatedByName, found.Incident.CreatedAt))
            .ToListAsync(cancellationToken);
        return new Excerpt<HeldVersion>(await held.CountAsync(cancellationToken), first);
    }
}
