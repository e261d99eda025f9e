using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Whether what a person has proved is fresh and strong enough to freeze, to declare, and to take either back; asked by all of these and decided nowhere else. A first look
/// at whether they may at all comes before.
/// </summary>
internal sealed class ResponderGate(RegistryDbSource source, SecondFactorGate gate)
{
    public async Task<JsonAnswer?> RefuseToFreezeAsync(
        HttpContext context, Caller.Member member, FreezeSubject subject, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await FreezeRights.MayFreezeAsync(db, subject, Responder.Of(member), cancellationToken))?.ToAnswer()
            ?? await gate.RefuseAsync(context, member, act, cancellationToken);
    }

    public async Task<JsonAnswer?> RefuseToLiftAsync(HttpContext context, Caller.Member member, long id, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var denial = await db.Freezes.SingleOrDefaultAsync(found => found.Id == id && found.LiftedAt == null, cancellationToken) is { } row
            ? await FreezeRights.MayLiftAsync(db, row, Responder.Of(member), cancellationToken)
            : FreezeRights.NotFound(id);
        return denial?.ToAnswer() ?? await gate.RefuseAsync(context, member, act, cancellationToken);
    }

    public async Task<JsonAnswer?> RefuseToDeclareAsync(
        HttpContext context, Caller.Member member, JsonNode? selection, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await IncidentRights.SelectAsync(db, selection, Responder.Of(member), cancellationToken)).Denial?.ToAnswer()
            ?? await gate.RefuseAsync(context, member, act, cancellationToken);
    }

    public async Task<JsonAnswer?> RefuseToUndoAsync(HttpContext context, Caller.Member member, string id, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var incident = await IncidentRights.SeenBy(db, Responder.Of(member)).SingleOrDefaultAsync(row => row.Id == id && row.UndoneAt == null, cancellationToken);
        if (incident is null)
        {
            // The operation itself says which of the reasons it is.
            return null;
        }
        return (await IncidentRights.MayUndoAsync(db, incident, Responder.Of(member), cancellationToken))?.ToAnswer() ?? await gate.RefuseAsync(context, member, act, cancellationToken);
    }
}
