using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who may select, see and undo which incidents. How far a declaration reaches is <see cref="IncidentReach"/>.</summary>
internal static class IncidentRights
{
    /// <summary>A window alone selects what has nothing in common but its time, so it takes somebody who answers for all of it.</summary>
    public static async Task<(IncidentSelection? Selection, Denial? Denial)> SelectAsync(
        RegistryDb db, JsonNode? wanted, Responder responder, CancellationToken cancellationToken)
    {
        var (selection, problem) = await IncidentSelection.ReadAsync(db, wanted, cancellationToken);
        if (selection is null)
        {
            return (null, new Denial(StatusCodes.Status400BadRequest, "invalid-selection", problem));
        }
        return selection.Origin is null && !responder.IsAdministrator
            ? (null, Responder.AdministratorsOnly("Selecting by time alone"))
            : (selection, null);
    }

    /// <summary>Administrators see all, others what they declared and what keeps versions of their packages from readers.</summary>
    public static IQueryable<IncidentRow> SeenBy(RegistryDb db, Responder responder) => responder.IsAdministrator
        ? db.Incidents
        : db.Incidents.Where(row => row.CreatedBy == responder.PersonId
            || db.Versions.Any(version => version.QuarantinedBy == row.Id
                && PackageRights.Administered(db, responder.PersonId).Any(package => package.Id == version.PackageId)));

    /// <summary>Undoing needs a second person with the authority that declaring took; what administrators declared is theirs to undo.</summary>
    public static async Task<Denial?> MayUndoAsync(RegistryDb db, IncidentRow incident, Responder responder, CancellationToken cancellationToken)
    {
        if (incident.CreatedBy == responder.PersonId)
        {
            return new Denial(StatusCodes.Status403Forbidden, "second-person-needed", incident.CreatedBy is null
                ? "The operator declared this incident, so a named administrator has to undo it."
                : "You declared this incident, so somebody else has to undo it.");
        }
        if (responder.IsAdministrator)
        {
            return null;
        }
        var isOfOwner = await db.People.AnyAsync(person => person.Id == incident.CreatedBy && !person.IsAdministrator, cancellationToken);
        var held = db.Versions.Where(row => row.QuarantinedBy == incident.Id);
        return isOfOwner && await held.CountAsync(cancellationToken) == await held.Within(db, responder).CountAsync(cancellationToken)
            ? null
            : Responder.AdministratorsOnly("This incident was declared by an administrator, or holds versions of packages that you do not own");
    }

    public static Denial NotFound(string id) =>
        new(StatusCodes.Status404NotFound, "incident-not-found", $"There is no incident {id}, or it does not concern your packages.");
}
