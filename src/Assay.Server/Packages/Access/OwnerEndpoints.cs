using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>pnpm's <c>owner add|rm</c>. npm and Yarn send the whole list in a document (<see cref="WritingEndpoints"/>).</summary>
internal static class OwnerEndpoints
{
    public static void MapOwners(this IEndpointRouteBuilder app)
    {
        app.MapPut("/-/package/{package}/owners", AddAsync);
        app.MapDelete("/-/package/{package}/owners/{user}", RemoveAsync);
    }

    /// <summary>The names in <c>maintainers</c>; null when that is no list of people.</summary>
    public static IReadOnlyList<string>? Maintainers(JsonObject document)
    {
        if (document["maintainers"] is not JsonArray people)
        {
            return null;
        }
        var names = people.Select(person => (person as JsonObject)?.Text("name")).OfType<string>().ToList();
        return names.Count == people.Count ? names : null;
    }

    private static async Task<IResult> AddAsync(
        string package, HttpContext context, Caller caller, ChangeOwners change, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("user") is not { } user)
        {
            return problem ?? NpmError.BadRequest("Say who ('user').");
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"make {user} an owner of {name}", user).On(name.Value));
        return Done(await change.AddAsync(name, user, member, ask, cancellationToken));
    }

    private static async Task<IResult> RemoveAsync(
        string package, string user, HttpContext context, Caller caller, ChangeOwners change, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"remove {user} from the owners of {name}", user).On(name.Value));
        return Done(await change.RemoveAsync(name, user, member, ask, cancellationToken));
    }

    private static JsonAnswer Done(JsonAnswer? denial) => denial ?? JsonAnswer.Ok(new JsonObject { ["ok"] = true, ["success"] = true });
}
