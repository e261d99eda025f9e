using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary><c>admin org add|list</c> and <c>admin org scope add</c>.</summary>
internal static class OrganisationsAdmin
{
    public static void MapAdminOrganisations(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/org/add", AddAsync);
        admin.MapPost("/org/list", ListAsync);
        admin.MapPost("/org/scope/add", AddScopeAsync);
    }

    private static async Task<IResult> AddAsync(HttpContext context, Scopes scopes, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("name") is not { } name || body.Text("owner") is not { } owner)
        {
            return problem ?? NpmError.BadRequest("Which organisation, and who owns it? ./run admin org add NAME --owner PERSON");
        }
        return await scopes.MakeOrganisationAsync(name, owner, body.Flag("force") ?? false, Actor.Operator, AskedChanges.Nobody, cancellationToken)
            ?? JsonAnswer.Lines($"The organisation {name} has the scope @{name}, and {owner} is its owner. Members: npm org set {name} PERSON developer");
    }

    private static async Task<IResult> AddScopeAsync(HttpContext context, Scopes scopes, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("name") is not { } name || body.Text("scope") is not { } scope)
        {
            return problem ?? NpmError.BadRequest("Which organisation, and which scope? ./run admin org scope add NAME @scope");
        }
        return await scopes.AddAsync(name, scope, body.Flag("force") ?? false, Actor.Operator, AskedChanges.Nobody, cancellationToken)
            ?? JsonAnswer.Lines($"{scope} belongs to the organisation {name} from now on: only its members make new packages there.");
    }

    private static async Task<IResult> ListAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var views = await OrganisationView.ListAsync(db, db.Organisations, cancellationToken);
        return views.Count == 0
            ? JsonAnswer.Lines("There is no organisation. Make one: ./run admin org add NAME --owner PERSON")
            : JsonAnswer.Lines(views.Select(view => view.Line));
    }
}
