using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Who people are at the CIs: <c>me</c> for oneself, a name for administrators.</summary>
internal static class CiIdentityEndpoints
{
    private const string Route = "/-/assay/v1/people/{person}/ci-identities";
    private const string Me = "me";

    public static void MapCiIdentities(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ShowAsync);
        app.MapPut(Route, ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(string person, Caller caller, CiIdentities identities, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var name = person == Me ? member.PersonName : person;
        return name != member.PersonName && !member.IsAdministrator
            ? NpmError.Forbidden("Only administrators see who somebody else is at a CI.", "administrators-only")
            : JsonAnswer.Ok(await ShownAsync(name, identities, cancellationToken));
    }

    private static async Task<JsonObject> ShownAsync(string name, CiIdentities identities, CancellationToken cancellationToken) => new()
    {
        ["identities"] = new JsonArray(
            [.. (await identities.ListAsync(name, cancellationToken)).Select(row => new JsonObject { ["issuer"] = row.BindingId, ["id"] = row.ActorId, ["confirmed"] = row.IsConfirmed })]),
    };

    private static async Task<IResult> ChangeAsync(
        string person, HttpContext context, Caller caller, CiIdentities identities, SecondFactorGate factor, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (!member.Token.IsSignIn)
        {
            return Denials.SignInOnly("Changing an account");
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("issuer") is not { Length: > 0 } issuer
            || (body["id"] is not null && body.Text("id") is not { Length: > 0 and <= CiIdentities.LongestId }))
        {
            return problem ?? NpmError.BadRequest("Say {\"issuer\":ISSUER,\"id\":ID}: the id of the issuer here, and the stable id there. Without id the identity is taken away.");
        }
        var name = person == Me ? member.PersonName : person;
        var ask = factor.Asking(context, member, SensitiveAct.Of($"change who {name} is at {issuer}", json));
        return await identities.SetAsync(member, name, issuer, body.Text("id"), ask, cancellationToken) ?? JsonAnswer.Ok(await ShownAsync(name, identities, cancellationToken));
    }
}
