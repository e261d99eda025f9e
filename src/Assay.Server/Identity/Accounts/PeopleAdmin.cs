using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;

namespace Assay.Server.Identity;

/// <summary><c>admin user …</c></summary>
internal static class PeopleAdmin
{
    public static void MapAdminPeople(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/user/add", AddAsync);
        admin.MapPost("/user/reset-factors", ResetFactorsAsync);
    }

    private static async Task<IResult> AddAsync(HttpContext context, People people, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body)
        {
            return problem ?? NpmError.BadRequest("Nothing was said about the person.");
        }
        var person = new NewPerson(body.Text("name") ?? "", body.Text("email") ?? "", body.Text("password") ?? "", body.Flag("administrator") ?? false);
        return await people.CreateAsync(person, Actor.Operator, cancellationToken) is { } refusal
            ? NpmError.BadRequest(refusal)
            : JsonAnswer.Lines($"{person.Name} can sign in now{(person.IsAdministrator ? " and is an administrator" : "")}: npm login --registry <this registry's URL>");
    }

    private static async Task<IResult> ResetFactorsAsync(HttpContext context, ResetFactors reset, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var name = (json as JsonObject)?.Text("name") ?? "";
        return await reset.RunAsync(name, Actor.Operator, cancellationToken)
            ? JsonAnswer.Lines(
                $"{name} has no second factor any more, no recovery code, and no signed-in browser.",
                "Whoever has the password can set one up now: hand over the news in person, and see that it is done soon.")
            : NpmError.NotFound($"There is no person named {name}.");
    }
}
