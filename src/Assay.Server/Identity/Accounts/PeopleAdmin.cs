using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;

namespace Assay.Server.Identity;

/// <summary><c>admin user add</c>.</summary>
internal static class PeopleAdmin
{
    public static void MapAdminPeople(this IEndpointRouteBuilder admin) => admin.MapPost("/user/add", AddAsync);

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
}
