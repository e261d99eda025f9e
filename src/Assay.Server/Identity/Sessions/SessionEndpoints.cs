using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Login, logout, whoami: the session commands of npm, pnpm and Yarn.</summary>
internal static class SessionEndpoints
{
    private const string CouchUser = "org.couchdb.user:";

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/whoami", WhoAmI);
        app.MapPost("/-/v1/login", BeginWebLoginAsync).WithMetadata(new CountsAsAttribute(RequestCost.SignIn));
        app.MapGet("/-/v1/done", PollWebLoginAsync);
        app.MapPut("/-/user/{user}", CouchLoginAsync).WithMetadata(new CountsAsAttribute(RequestCost.SignIn));
        app.MapGet("/-/user/{user}", FindUserAsync);
        app.MapDelete("/-/user/token/{token}", LogoutAsync);
    }

    private static JsonAnswer WhoAmI(Caller caller) => caller switch
    {
        Caller.Member member => JsonAnswer.Ok(new JsonObject { ["username"] = member.PersonName }),
        _ => Denials.SignInNeeded(caller),
    };

    // A stale credential in this request is ignored: it is the reason for signing in.
    private static async Task<JsonAnswer> BeginWebLoginAsync(
        HttpContext context, WebLogins logins, PublicUrl publicUrl, CancellationToken cancellationToken)
    {
        var begun = await logins.BeginAsync(Requester.NameOf(context), Requester.AddressOf(context), cancellationToken);
        return new JsonAnswer(StatusCodes.Status200OK, new JsonObject
        {
            ["loginUrl"] = publicUrl.At($"-/login/{begun.PageId}"),
            ["doneUrl"] = publicUrl.At($"-/v1/done?id={begun.PollId}"),
        })
        {
            Notice = $"Your sign-in code is {Capability.Shown(begun.Code)}. Type it on the page that opens; never type a code that somebody sent you.",
        };
    }

    private static async Task<JsonAnswer> PollWebLoginAsync(string? id, WebLogins logins, CancellationToken cancellationToken) =>
        await logins.PollAsync(id ?? "", cancellationToken) switch
        {
            WebLoginPoll.Ready ready => new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["token"] = ready.Token.Reveal() }) { Notice = ready.Notice },
            WebLoginPoll.Pending => new JsonAnswer(StatusCodes.Status202Accepted, new JsonObject()) { RetryAfter = TimeSpan.FromSeconds(2) },
            _ => NpmError.NotFound("This sign-in is over. Start again with `npm login`.", "login-over"),
        };

    private static async Task<JsonAnswer> CouchLoginAsync(
        string user, HttpContext context, SignIn signIn, SecondFactorGate gate, AccessTokens tokens, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (json is not JsonObject body || CouchName(user) is not { } name || body.Text("name") != name || body.Text("password") is not { } password)
        {
            return NpmError.BadRequest("A login needs the same name in the path and the body, and a password.");
        }
        var address = Requester.AddressOf(context);
        return await signIn.CheckAsync(name, password, address, cancellationToken) switch
        {
            SignInResult.Accepted accepted => await gate.RefuseSignInAsync(context, accepted.Person.Id, name, cancellationToken)
                ?? await SignedInAsync(accepted, user, tokens, new Actor(name, address), Requester.NameOf(context), cancellationToken),
            SignInResult.Wait wait => Denials.TooManySignIns(wait),
            SignInResult.Refused { Code: "wrong-password" } refused => NpmError.Unauthorized(
                refused.Text + " Accounts are made by an administrator, not by signing in.", "wrong-password"),
            SignInResult.Refused refused => NpmError.Unauthorized(refused.Text, refused.Code),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<JsonAnswer> SignedInAsync(
        SignInResult.Accepted accepted, string user, AccessTokens tokens, Actor actor, string requester, CancellationToken cancellationToken)
    {
        var minted = await tokens.MintAsync(accepted.Person.Id, tokens.Session("npm login", requester), actor, cancellationToken);
        return minted is null
            ? TokenEndpoints.TooMany()
            : new JsonAnswer(StatusCodes.Status201Created, new JsonObject { ["ok"] = true, ["id"] = user, ["rev"] = "1-0", ["token"] = minted.Token.Reveal() })
            {
                Notice = UnverifyAddresses.Notice(accepted.Person),
            };
    }

    private static async Task<JsonAnswer> FindUserAsync(
        string user, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member)
        {
            return Denials.SignInNeeded(caller);
        }
        var name = CouchName(user);
        await using var db = source.Open();
        var person = await db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        return person is null
            ? NpmError.NotFound($"There is no person named {name}.")
            : JsonAnswer.Ok(new JsonObject { ["_id"] = CouchUser + person.Name, ["name"] = person.Name, ["email"] = person.Email });
    }

    // The token is in the path; request paths are kept out of the log for this reason.
    private static async Task<JsonAnswer> LogoutAsync(string token, Caller caller, AccessTokens tokens, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        // By its text alone: with a key, which is no secret, any token could end any other.
        return NpmToken.TryParse(token, out _) && await tokens.RevokeAsync(member.PersonId, token, member.Actor, cancellationToken)
            ? JsonAnswer.Ok(new JsonObject { ["ok"] = true })
            : NpmError.NotFound("That token is not one of yours, or was revoked already.");
    }

    private static string? CouchName(string user) =>
        user.StartsWith(CouchUser, StringComparison.Ordinal) ? Uri.UnescapeDataString(user[CouchUser.Length..]) : null;
}
