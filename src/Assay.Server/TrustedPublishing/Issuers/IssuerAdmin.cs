using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>admin issuer …</c>.</summary>
internal static class IssuerAdmin
{
    private static readonly Actor Operator = new("operator", "admin socket");

    public static void MapAdminIssuers(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/issuer/list", ListAsync);
        admin.MapPost("/issuer/add", AddAsync);
        admin.MapPost("/issuer/edit", EditAsync);
        admin.MapPost("/issuer/show", ShowAsync);
        admin.MapPost("/issuer/check", CheckAsync);
        admin.MapPost("/issuer/enable", (HttpContext context, ChangeIssuer change, CancellationToken stop) =>
            NamedAsync(context, id => change.EnableAsync(id, Operator, stop), stop));
        admin.MapPost("/issuer/disable", (HttpContext context, ChangeIssuer change, CancellationToken stop) =>
            NamedAsync(context, id => change.DisableAsync(id, Operator, stop), stop));
        admin.MapPost("/issuer/accept", (HttpContext context, ChangeIssuer change, CancellationToken stop) =>
            NamedAsync(context, id => change.AcceptAsync(id, Operator, stop), stop));
        admin.MapPost("/issuer/remove", RemoveAsync);
        admin.MapAdminAttempts();
        admin.MapAdminSimulation();
    }

    private static async Task<IResult> ListAsync(Issuers issuers, CancellationToken cancellationToken)
    {
        var all = await issuers.ListAsync(cancellationToken);
        return all.Count == 0
            ? JsonAnswer.Lines(["No issuer is trusted yet. Example: ./run admin issuer add github --provider github --names '@acme/*'"])
            : JsonAnswer.Lines(all.SelectMany(IssuerShown.Brief));
    }

    private static async Task<IResult> AddAsync(HttpContext context, AddIssuer add, Issuers issuers, CancellationToken cancellationToken)
    {
        var (body, _, problem) = await ReadAsync(context, cancellationToken);
        return problem ?? await ToldAsync(await add.RunAsync(body!, Operator, cancellationToken), body!.Text("id") ?? "", issuers, cancellationToken);
    }

    private static async Task<IResult> EditAsync(HttpContext context, ChangeIssuer change, Issuers issuers, CancellationToken cancellationToken)
    {
        var (body, id, problem) = await ReadAsync(context, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        body!.Remove("id");
        return await ToldAsync(await change.EditAsync(id, body, Operator, cancellationToken), id, issuers, cancellationToken);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Issuers issuers, CancellationToken cancellationToken)
    {
        var (_, id, problem) = await ReadAsync(context, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (issuer, denial) = await issuers.FindAsync(id, cancellationToken);
        return issuer is null ? denial!.ToAnswer() : JsonAnswer.Lines(IssuerShown.Whole(issuer));
    }

    private static Task<IResult> CheckAsync(HttpContext context, Issuers issuers, CancellationToken cancellationToken) =>
        NamedAsync(context, id => issuers.CheckAsync(id, cancellationToken), cancellationToken);

    private static async Task<IResult> RemoveAsync(HttpContext context, RemoveIssuer remove, CancellationToken cancellationToken)
    {
        var (body, id, problem) = await ReadAsync(context, cancellationToken);
        return problem ?? Told(await remove.RunAsync(id, body!.Flag("force") ?? false, Operator, cancellationToken));
    }

    private static async Task<IResult> NamedAsync(
        HttpContext context, Func<string, Task<(string? Done, Denial? Denial)>> operation, CancellationToken cancellationToken)
    {
        var (_, id, problem) = await ReadAsync(context, cancellationToken);
        return problem ?? Told(await operation(id));
    }

    private static async Task<(JsonObject? Body, string Id, IResult? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        return json is JsonObject body
            ? (body, body.Text("id") ?? "", null)
            : (null, "", problem ?? NpmError.BadRequest("Nothing was said about the issuer."));
    }

    /// <summary>What was done, what the issuer may publish now, and what its operator should know.</summary>
    private static async Task<IResult> ToldAsync(
        (string? Done, Denial? Denial) result, string id, Issuers issuers, CancellationToken cancellationToken) =>
        result.Done is { } done && await issuers.FindAsync(id, cancellationToken) is ({ } issuer, _)
            ? JsonAnswer.Lines([done, .. IssuerShown.Consequences(issuer)])
            : Told(result);

    private static JsonAnswer Told((string? Done, Denial? Denial) result) => result.Done is { } done ? JsonAnswer.Lines([done]) : result.Denial!.ToAnswer();
}
