using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>Freezes for people; <c>admin freeze …</c> does the same.</summary>
internal static class FreezeEndpoints
{
    public static void MapFreezes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/freezes", ListAsync);
        app.MapPost("/-/assay/v1/freezes", AddAsync);
        app.MapDelete("/-/assay/v1/freezes/{id:long}", LiftAsync);
    }

    /// <summary>The freeze that a body asks for, or what is wrong with it.</summary>
    public static (FreezeSubject? Subject, string Reason, Denial? Denial) Read(JsonObject body)
    {
        if (!FreezeSubject.TryRead(body, out var subject))
        {
            return (null, "", new Denial(StatusCodes.Status400BadRequest, "invalid-freeze",
                "Say one thing to freeze: a package, a scope, an issuer {binding}, a project {binding, project} or a workflow {binding, project, workflow}."));
        }
        return StatedReason.TryRead(body.Text("reason"), out var reason, out var denial) ? (subject, reason, null) : (null, "", denial);
    }

    private static async Task<IResult> ListAsync(
        string? all, long? before, Caller caller, FreezeListing freezes, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var found = await freezes.ListAsync(Responder.Of(member), all == "true", before, cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["freezes"] = new JsonArray([.. found.Select(Shown)]),
            ["next"] = found.Count < FreezeListing.PageSize ? null : found[^1].Id,
        });
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, Caller caller, AddFreeze add, ResponderGate gate, CancellationToken cancellationToken)
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
        var (subject, reason, unread) = Read(json as JsonObject ?? []);
        var asked = unread?.ToAnswer()
            ?? await gate.RefuseToFreezeAsync(context, member, subject!, SensitiveAct.Of($"freeze publishing of {subject!.Subject}", json), cancellationToken);
        if (asked is not null)
        {
            return asked;
        }
        var (added, denial) = await add.RunAsync(subject!, reason, Responder.Of(member), cancellationToken);
        return added is null ? denial!.ToAnswer() : JsonAnswer.Created(Shown(added));
    }

    private static async Task<IResult> LiftAsync(
        long id, HttpContext context, Caller caller, LiftFreeze lift, ResponderGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (await gate.RefuseToLiftAsync(context, member, id, SensitiveAct.Of($"lift freeze {id}"), cancellationToken) is { } asked)
        {
            return asked;
        }
        var (lifted, denial) = await lift.RunAsync(id, Responder.Of(member), cancellationToken);
        return lifted is null ? denial!.ToAnswer() : JsonAnswer.Ok(Shown(lifted));
    }

    public static JsonObject Shown(AddedFreeze added)
    {
        var json = Shown(added.Freeze);
        json["revokedTokens"] = added.RevokedTokens;
        return json;
    }

    private static JsonObject Shown(Freeze freeze) => new()
    {
        ["id"] = freeze.Id,
        ["frozen"] = FreezeSubject.Of(freeze).ToJson(),
        ["reason"] = freeze.Reason,
        ["by"] = freeze.By,
        ["at"] = JsonTime.Of(freeze.At),
        ["liftedAt"] = freeze.LiftedAt is { } at ? JsonTime.Of(at) : null,
        ["liftedBy"] = freeze.LiftedBy,
    };
}
