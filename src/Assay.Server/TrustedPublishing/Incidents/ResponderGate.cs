using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
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
            ?? await gate.RefuseAsync(context, member, act.On(subject.IsName ? [subject.Subject] : []), cancellationToken);
    }

    public async Task<JsonAnswer?> RefuseToLiftAsync(HttpContext context, Caller.Member member, long id, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await db.Freezes.SingleOrDefaultAsync(found => found.Id == id && found.LiftedAt == null, cancellationToken) is not { } row)
        {
            return FreezeRights.NotFound(id).ToAnswer();
        }
        return (await FreezeRights.MayLiftAsync(db, row, Responder.Of(member), cancellationToken))?.ToAnswer()
            ?? await gate.RefuseAsync(context, member, act.On(row.Kind is FreezeRow.OfPackage or FreezeRow.OfScope ? [row.Subject] : []), cancellationToken);
    }

    public async Task<JsonAnswer?> RefuseToDeclareAsync(
        HttpContext context, Caller.Member member, JsonNode? selection, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (selected, denial) = await IncidentRights.SelectAsync(db, selection, Responder.Of(member), cancellationToken);
        return selected is null
            ? denial!.ToAnswer()
            : await gate.RefuseAsync(
                context, member, act.On(await PackagesOfAsync(db, IncidentSet.VersionsOf(db, selected, Responder.Of(member)), cancellationToken)), cancellationToken);
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
        return (await IncidentRights.MayUndoAsync(db, incident, Responder.Of(member), cancellationToken))?.ToAnswer()
            ?? await gate.RefuseAsync(
                context, member, act.On(await PackagesOfAsync(db, db.Versions.Where(row => row.QuarantinedBy == id), cancellationToken)), cancellationToken);
    }

    // What is hidden, or shown again, is done to these.
    private static Task<List<string>> PackagesOfAsync(RegistryDb db, IQueryable<VersionRow> versions, CancellationToken cancellationToken) =>
        db.Packages.Where(package => versions.Any(version => version.PackageId == package.Id)).Select(package => package.Name).ToListAsync(cancellationToken);
}
