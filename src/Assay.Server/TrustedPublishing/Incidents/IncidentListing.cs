using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>An incident with the versions that it holds or held, the newest first.</summary>
internal sealed record FoundIncident(IncidentRow Row, Excerpt<string> Versions);

internal sealed class IncidentListing(RegistryDbSource source)
{
    private const int Newest = 100;

    public async Task<IReadOnlyList<IncidentRow>> ListAsync(Responder responder, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await IncidentRights.SeenBy(db, responder).OrderByDescending(row => row.CreatedAt).Take(Newest).ToListAsync(cancellationToken);
    }

    public async Task<FoundIncident?> FindAsync(string id, Responder responder, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var row = await IncidentRights.SeenBy(db, responder).SingleOrDefaultAsync(found => found.Id == id, cancellationToken);
        if (row is null)
        {
            return null;
        }
        return new FoundIncident(row, row.UndoneAt is null
            ? await HeldAsync(db, row, responder, cancellationToken)
            : await ReleasedAsync(db, row, cancellationToken));
    }

    private static async Task<Excerpt<string>> HeldAsync(RegistryDb db, IncidentRow incident, Responder responder, CancellationToken cancellationToken)
    {
        var held = db.Versions.Where(row => row.QuarantinedBy == incident.Id).Within(db, responder);
        var first = await IncidentParts.VersionsAsync(db, held, cancellationToken);
        return new Excerpt<string>(await held.CountAsync(cancellationToken), [.. first.Select(version => $"{version.Package}@{version.Version}")]);
    }

    /// <summary>The versions no longer say so themselves; the log of what was done does.</summary>
    private static async Task<Excerpt<string>> ReleasedAsync(RegistryDb db, IncidentRow incident, CancellationToken cancellationToken)
    {
        var events = db.AuditEvents.Where(row => row.At >= incident.CreatedAt && row.At <= incident.UndoneAt
            && row.Action == QuarantinedVersions.Quarantined && row.Detail == incident.Id);
        var first = await events.OrderByDescending(row => row.Id).Take(IncidentParts.Most).Select(row => row.Subject).ToListAsync(cancellationToken);
        return new Excerpt<string>(await events.CountAsync(cancellationToken), first);
    }
}
