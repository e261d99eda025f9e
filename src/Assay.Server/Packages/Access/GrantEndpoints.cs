using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary><c>npm access grant|revoke</c>, and <c>npm access list packages ORG:TEAM</c>.</summary>
internal static class GrantEndpoints
{
    private const string Route = "/-/team/{organisation}/{team}/package";

    public static void MapGrants(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ListAsync);
        app.MapPut(Route, GiveAsync);
        app.MapDelete(Route, TakeAsync);
    }

    private static async Task<IResult> ListAsync(string organisation, string team, Caller caller, Grants grants, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (granted, denial) = await grants.ListAsync(organisation, team, member, cancellationToken);
        if (granted is null)
        {
            return denial!;
        }
        var map = new JsonObject();
        foreach (var (target, role) in granted)
        {
            map[target] = role.NpmWord();
        }
        return JsonAnswer.Ok(map);
    }

    private static async Task<IResult> GiveAsync(
        string organisation, string team, HttpContext context, Caller caller, Grants grants, SecondFactorGate gate, CancellationToken cancellationToken)
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
        if (json is not JsonObject body || body.Text("package") is not { } target || PackageRoles.Parse(body.Text("permissions")) is not { } role)
        {
            return NpmError.BadRequest("Say which 'package' (or scope), and which 'permissions': read-only, read-write or admin.");
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"give the team {organisation}:{team} {role.Word()} access to {target}", target, role.Word()).On(target));
        return await grants.GiveAsync(organisation, team, target, role, member, ask, cancellationToken) is { } denial
            ? denial
            : JsonAnswer.Created(new JsonObject { ["package"] = target, ["permissions"] = role.NpmWord() });
    }

    private static async Task<IResult> TakeAsync(
        string organisation, string team, HttpContext context, Caller caller, Grants grants, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("package") is not { } target)
        {
            return problem ?? NpmError.BadRequest("Say which 'package' (or scope).");
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"take {target} away from the team {organisation}:{team}", target).On(target));
        return await grants.TakeAsync(organisation, team, target, member, ask, cancellationToken) is { } denial ? denial : TypedResults.NoContent();
    }
}
