using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary><c>npm team create|destroy|add|rm|ls</c>. npm asks for lists with <c>format=cli</c>, pnpm without, and each understands only its own.</summary>
internal static class TeamEndpoints
{
    private const string OfOrganisation = "/-/org/{organisation}/team";
    private const string One = "/-/team/{organisation}/{team}";
    private const string Members = One + "/user";

    public static void MapTeams(this IEndpointRouteBuilder app)
    {
        app.MapGet(OfOrganisation, ListAsync);
        app.MapPut(OfOrganisation, CreateAsync);
        app.MapDelete(One, DestroyAsync);
        app.MapGet(Members, MembersAsync);
        app.MapPut(Members, AddAsync);
        app.MapDelete(Members, RemoveAsync);
    }

    private static async Task<IResult> ListAsync(string organisation, string? format, Caller caller, Teams teams, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (listed, denial) = await teams.ListAsync(organisation, member, cancellationToken);
        return listed is null ? denial! : JsonAnswer.Ok(Names(listed.Select(team => team.Name), format, name => $"{organisation}:{name}"));
    }

    private static async Task<IResult> CreateAsync(
        string organisation, HttpContext context, Caller caller, Teams teams, SecondFactorGate gate, CancellationToken cancellationToken)
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
        var body = json as JsonObject ?? [];
        if (Teams.ProblemWith(body.Text("name"), body.Text("description")) is { } wrong)
        {
            return wrong;
        }
        var name = body.Text("name")!;
        var ask = gate.Asking(context, member, SensitiveAct.Of($"make the team {organisation}:{name}", name) with { Organisation = organisation });
        return await teams.CreateAsync(organisation, name, body.Text("description") ?? "", member, ask, cancellationToken) is { } denial
            ? denial
            : JsonAnswer.Created(new JsonObject { ["name"] = name });
    }

    private static async Task<IResult> DestroyAsync(
        string organisation, string team, HttpContext context, Caller caller, Teams teams, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"destroy the team {organisation}:{team}") with { Organisation = organisation });
        return await teams.DestroyAsync(organisation, team, member, ask, cancellationToken) is { } denial ? denial : TypedResults.NoContent();
    }

    private static async Task<IResult> MembersAsync(
        string organisation, string team, string? format, Caller caller, Teams teams, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (people, denial) = await teams.MembersAsync(organisation, team, member, cancellationToken);
        return people is null ? denial! : JsonAnswer.Ok(Names(people, format, name => name));
    }

    private static Task<IResult> AddAsync(
        string organisation, string team, HttpContext context, Caller caller, Teams teams, SecondFactorGate gate, CancellationToken cancellationToken) =>
        WithPersonAsync(context, caller, async (member, person) =>
        {
            var ask = gate.Asking(context, member, SensitiveAct.Of($"put {person} into the team {organisation}:{team}", person) with { Organisation = organisation });
            return await teams.AddAsync(organisation, team, person, member, ask, cancellationToken) is { } denial
                ? denial
                : JsonAnswer.Created(new JsonObject { ["user"] = person });
        }, cancellationToken);

    private static Task<IResult> RemoveAsync(
        string organisation, string team, HttpContext context, Caller caller, Teams teams, SecondFactorGate gate, CancellationToken cancellationToken) =>
        WithPersonAsync(context, caller, async (member, person) =>
        {
            var ask = gate.Asking(context, member, SensitiveAct.Of($"take {person} out of the team {organisation}:{team}", person) with { Organisation = organisation });
            return await teams.RemoveAsync(organisation, team, person, member, ask, cancellationToken) is { } denial ? denial : TypedResults.NoContent();
        }, cancellationToken);

    private static async Task<IResult> WithPersonAsync(
        HttpContext context, Caller caller, Func<Caller.Member, string, Task<IResult>> act, CancellationToken cancellationToken)
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
        return await act(member, person);
    }

    private static JsonArray Names(IEnumerable<string> names, string? format, Func<string, string> cli) => format == "cli"
        ? new JsonArray([.. names.Select(name => JsonValue.Create(cli(name)))])
        : new JsonArray([.. names.Select(name => new JsonObject { ["name"] = name })]);
}
