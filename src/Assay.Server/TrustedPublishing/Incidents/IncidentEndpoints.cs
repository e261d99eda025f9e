using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>Incidents for people; <c>admin incident …</c> does the same.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder app)
    {
        var incidents = app.MapGroup("/-/assay/v1/incidents").ForSignInsOnly("An incident reaches beyond one package, so it");
        incidents.MapPost("/preview", PreviewAsync);
        incidents.MapPost("", DeclareAsync);
        incidents.MapGet("", ListAsync);
        incidents.MapGet("/{id}", ShowAsync);
        incidents.MapPost("/{id}/undo", UndoAsync);
    }

    /// <summary>What a body asks for, or what is wrong with it.</summary>
    public static (WantedIncident? Wanted, Denial? Denial) Read(JsonObject body) =>
        StatedReason.TryRead(body.Text("reason"), out var reason, out var denial)
            ? (new WantedIncident(body["selection"], reason, body.Text("preview") ?? "", body.Flag("freeze") ?? false), null)
            : (null, denial);

    private static async Task<IResult> PreviewAsync(HttpContext context, Caller caller, PreviewIncident preview, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (previewed, denial) = await preview.RunAsync((json as JsonObject)?["selection"], Responder.Of(member), cancellationToken);
        return previewed is null ? denial!.ToAnswer() : JsonAnswer.Ok(IncidentAnswers.Of(previewed));
    }

    private static async Task<IResult> DeclareAsync(
        HttpContext context, Caller caller, DeclareIncident declare, PreviewIncident preview, IncidentListing incidents, ResponderGate gate,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (wanted, unread) = Read(json as JsonObject ?? []);
        var responder = Responder.Of(member);
        var asked = unread?.ToAnswer()
            ?? await gate.RefuseToDeclareAsync(context, member, wanted!.Selection, SensitiveAct.Of("declare an incident", json), cancellationToken);
        if (asked is not null)
        {
            return asked;
        }
        switch (await declare.RunAsync(wanted!, responder, cancellationToken))
        {
            case Declaration.Declared declared:
                var shown = IncidentAnswers.Of((await incidents.FindAsync(declared.Id, responder, cancellationToken))!);
                shown["freeze"] = declared.Freeze is null ? null : FreezeEndpoints.Shown(declared.Freeze);
                return JsonAnswer.Created(shown);
            case Declaration.Stale:
                var (now, denial) = await preview.RunAsync(wanted!.Selection, responder, cancellationToken);
                return now is null ? denial!.ToAnswer() : IncidentAnswers.Stale(now);
            case Declaration.Refused { Denial: var denied }:
                return denied.ToAnswer();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> ListAsync(Caller caller, IncidentListing incidents, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var found = await incidents.ListAsync(Responder.Of(member), cancellationToken);
        return JsonAnswer.Ok(new JsonObject { ["incidents"] = new JsonArray([.. found.Select(IncidentAnswers.Of)]) });
    }

    private static async Task<IResult> ShowAsync(string id, Caller caller, IncidentListing incidents, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        return await incidents.FindAsync(id, Responder.Of(member), cancellationToken) is { } found
            ? JsonAnswer.Ok(IncidentAnswers.Of(found))
            : IncidentRights.NotFound(id).ToAnswer();
    }

    private static async Task<IResult> UndoAsync(
        string id, HttpContext context, Caller caller, UndoIncident undo, IncidentListing incidents, ResponderGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var refusal = await gate.RefuseToUndoAsync(context, member, id, SensitiveAct.Of($"undo the incident {id}"), cancellationToken)
            ?? (await undo.RunAsync(id, Responder.Of(member), cancellationToken))?.ToAnswer();
        if (refusal is not null)
        {
            return refusal;
        }
        return JsonAnswer.Ok(IncidentAnswers.Of((await incidents.FindAsync(id, Responder.Operator, cancellationToken))!));
    }
}
