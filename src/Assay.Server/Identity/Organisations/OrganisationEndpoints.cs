using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary><c>npm org set|rm|ls</c>.</summary>
internal static class OrganisationEndpoints
{
    private const string Route = "/-/org/{organisation}/user";

    public static void MapOrganisations(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ListAsync);
        app.MapPut(Route, SetAsync);
        app.MapDelete(Route, RemoveAsync);
    }

    private static async Task<IResult> ListAsync(string organisation, Caller caller, OrganisationMembers members, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (found, denial) = await members.ListAsync(organisation, member, cancellationToken);
        if (found is null)
        {
            return denial!;
        }
        var map = new JsonObject();
        foreach (var (person, role) in found)
        {
            map[person] = role;
        }
        return JsonAnswer.Ok(map);
    }

    private static async Task<IResult> SetAsync(
        string organisation, HttpContext context, Caller caller, OrganisationMembers members, SecondFactorGate gate, CancellationToken cancellationToken)
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
        // npm leaves the role out of the body when none is named.
        if (json is not JsonObject body || body.Text("user") is not { } person || OrganisationRoles.Parse(body.Text("role") ?? "developer") is not { } role)
        {
            return NpmError.BadRequest("Say who ('user') and as what ('role'): developer, admin or owner.");
        }
        var act = SensitiveAct.Of($"make {person} {role.Word()} of the organisation {organisation}", person, role.Word()) with { Organisation = organisation };
        var (size, denial) = await members.SetAsync(organisation, person, role, member, gate.Asking(context, member, act), cancellationToken);
        return denial ?? JsonAnswer.Created(new JsonObject
        {
            ["org"] = new JsonObject { ["name"] = organisation, ["size"] = size },
            ["user"] = person,
            ["role"] = role.Word(),
        });
    }

    private static async Task<IResult> RemoveAsync(
        string organisation, HttpContext context, Caller caller, OrganisationMembers members, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("user") is not { } person)
        {
            return problem ?? NpmError.BadRequest("Say who ('user').");
        }
        var act = SensitiveAct.Of($"remove {person} from the organisation {organisation}", person) with { Organisation = organisation };
        return await members.RemoveAsync(organisation, person, member, gate.Asking(context, member, act), cancellationToken) is { } denial ? denial : TypedResults.NoContent();
    }
}
