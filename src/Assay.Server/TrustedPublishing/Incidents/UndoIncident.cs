using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A second person says that it was not so: the versions come back, the tokens stay dead, freezes hold until they are lifted.</summary>
internal sealed class UndoIncident(CommitQueue commits)
{
    /// <summary>Null when it is undone.</summary>
    public Task<Denial?> RunAsync(string id, Responder responder, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => UndoAsync(commit, id, responder, stop), cancellationToken);

    private static async Task<Denial?> UndoAsync(Commit commit, string id, Responder responder, CancellationToken cancellationToken)
    {
        var incident = await IncidentRights.SeenBy(commit.Db, responder).AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (incident is null)
        {
            return IncidentRights.NotFound(id);
        }
        if (incident.UndoneAt is not null)
        {
            return new Denial(StatusCodes.Status409Conflict, "undone-already", $"The incident {id} was undone by {incident.UndoneBy} at {incident.UndoneAt:u}.");
        }
        if (await IncidentRights.MayUndoAsync(commit.Db, incident, responder, cancellationToken) is { } denial)
        {
            return denial;
        }
        incident.UndoneAt = commit.Now;
        incident.UndoneBy = responder.Name;
        var kept = await KeepSharedAsync(commit, incident, responder.Actor, cancellationToken);
        var released = await QuarantinedVersions.ReleaseAsync(commit, id, responder.Actor, cancellationToken);
        commit.Record(responder.Actor, "incident.undone", id, $"{released} versions released, {kept} kept by other incidents");
        return null;
    }

    /// <summary>What another incident that still holds selects as well is not shown, only because this one came first.</summary>
    private static async Task<int> KeepSharedAsync(Commit commit, IncidentRow undone, Actor actor, CancellationToken cancellationToken)
    {
        var kept = 0;
        var others = await commit.Db.Incidents.AsTracking().Where(row => row.UndoneAt == null && row.Id != undone.Id)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellationToken);
        foreach (var other in others)
        {
            var (selection, _) = await IncidentSelection.ReadAsync(commit.Db, JsonNode.Parse(other.Selection), cancellationToken);
            if (selection is not null && await DeclarerAsync(commit.Db, other, cancellationToken) is { } declarer)
            {
                var shared = selection.Versions(commit.Db).Where(row => (row.ImportedAt ?? row.PublishedAt) <= other.CreatedAt).Within(commit.Db, declarer);
                var taken = await QuarantinedVersions.HandOverAsync(commit, shared, undone.Id, other.Id, actor, cancellationToken);
                other.Versions += taken;
                kept += taken;
            }
        }
        return kept;
    }

    private static async Task<Responder?> DeclarerAsync(RegistryDb db, IncidentRow incident, CancellationToken cancellationToken)
    {
        if (incident.CreatedBy is null)
        {
            return Responder.Operator;
        }
        var person = await db.People.SingleOrDefaultAsync(row => row.Id == incident.CreatedBy, cancellationToken);
        return person is null ? null : new Responder(person.Id, person.Name, person.IsAdministrator, Responder.Operator.Actor);
    }
}
