using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.TrustedPublishing;

/// <summary>Trusted issuers for administrators: the same operations as <c>admin issuer …</c>.</summary>
internal static class IssuerEndpoints
{
    private const string Route = "/-/assay/v1/issuers";

    public static void MapIssuers(this IEndpointRouteBuilder app)
    {
        var issuers = app.MapGroup(Route);
        issuers.AddEndpointFilter(AdministratorsOnly);
        issuers.MapGet("", ListAsync);
        issuers.MapPost("", AddAsync);
        issuers.MapGet("/{id}", ShowAsync);
        issuers.MapPatch("/{id}", EditAsync);
        issuers.MapDelete("/{id}", RemoveAsync);
        issuers.MapPost("/{id}/check", CheckAsync);
        issuers.MapPost("/{id}/enable", async (string id, Caller caller, ChangeIssuer change, Issuers all, CancellationToken stop) =>
            await ShownAsync(await change.EnableAsync(id, caller.Actor, stop), id, all, stop));
        issuers.MapPost("/{id}/disable", async (string id, Caller caller, ChangeIssuer change, Issuers all, CancellationToken stop) =>
            await ShownAsync(await change.DisableAsync(id, caller.Actor, stop), id, all, stop));
        issuers.MapPost("/{id}/accept", async (string id, Caller caller, ChangeIssuer change, Issuers all, CancellationToken stop) =>
            await ShownAsync(await change.AcceptAsync(id, caller.Actor, stop), id, all, stop));
    }

    private static async Task<JsonAnswer> ListAsync(Issuers issuers, CancellationToken cancellationToken) => JsonAnswer.Ok(new JsonObject
    {
        ["issuers"] = new JsonArray([.. (await issuers.ListAsync(cancellationToken)).Select(IssuerShown.ToJson)]),
    });

    private static async Task<JsonAnswer> ShowAsync(string id, Issuers issuers, CancellationToken cancellationToken)
    {
        var (issuer, denial) = await issuers.FindAsync(id, cancellationToken);
        return issuer is null ? denial!.ToAnswer() : JsonAnswer.Ok(IssuerShown.ToJson(issuer));
    }

    private static async Task<JsonAnswer> AddAsync(
        HttpContext context, Caller caller, AddIssuer add, Issuers issuers, CancellationToken cancellationToken)
    {
        var (body, problem) = await ReadAsync(context, cancellationToken);
        return problem ?? await ShownAsync(
            await add.RunAsync(body!, caller.Actor, cancellationToken), body!.Text("id") ?? "", issuers, cancellationToken, StatusCodes.Status201Created);
    }

    private static async Task<JsonAnswer> EditAsync(
        string id, HttpContext context, Caller caller, ChangeIssuer change, Issuers issuers, CancellationToken cancellationToken)
    {
        var (body, problem) = await ReadAsync(context, cancellationToken);
        return problem ?? await ShownAsync(await change.EditAsync(id, body!, caller.Actor, cancellationToken), id, issuers, cancellationToken);
    }

    private static async Task<JsonAnswer> RemoveAsync(
        string id, string? force, Caller caller, RemoveIssuer remove, CancellationToken cancellationToken)
    {
        var (done, denial) = await remove.RunAsync(id, force == "true", caller.Actor, cancellationToken);
        return denial?.ToAnswer() ?? JsonAnswer.Ok(new JsonObject { ["done"] = done });
    }

    private static async Task<JsonAnswer> CheckAsync(string id, Issuers issuers, CancellationToken cancellationToken)
    {
        var (found, denial) = await issuers.CheckAsync(id, cancellationToken);
        return await ShownAsync((found, denial), id, issuers, cancellationToken);
    }

    private static async Task<JsonAnswer> ShownAsync(
        (string? Done, Denial? Denial) result, string id, Issuers issuers, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        var (issuer, denial) = result.Done is null ? (null, result.Denial) : await issuers.FindAsync(id, cancellationToken);
        if (issuer is null)
        {
            return denial!.ToAnswer();
        }
        var shown = IssuerShown.ToJson(issuer);
        shown["done"] = result.Done;
        return new JsonAnswer(status, shown);
    }

    private static async Task<(JsonObject? Body, JsonAnswer? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        return json is JsonObject body ? (body, null) : (null, problem ?? NpmError.BadRequest("The body must be a JSON object about the issuer."));
    }

    // Names and addresses of issuers tell how a company is made, and whoever can add one can publish everything.
    private static async ValueTask<object?> AdministratorsOnly(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var caller = await Caller.BindAsync(invocation.HttpContext);
        return caller switch
        {
            not Caller.Member => Denials.SignInNeeded(caller),
            Caller.Member { IsAdministrator: false } => NpmError.Forbidden("Only administrators see and change trusted issuers.", "administrators-only"),
            Caller.Member { Token.IsReadOnly: true } when !HttpMethods.IsGet(invocation.HttpContext.Request.Method) => Denials.ReadOnlyToken(),
            _ => await AskAsync(invocation.HttpContext, (Caller.Member)caller) ?? await next(invocation),
        };
    }

    private static async Task<JsonAnswer?> AskAsync(HttpContext context, Caller.Member member)
    {
        // Looking whether an issuer answers changes nothing.
        if (HttpMethods.IsGet(context.Request.Method) || context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: Route + "/{id}/check" })
        {
            return null;
        }
        var gate = context.RequestServices.GetRequiredService<SecondFactorGate>();
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = RequestJson.MaximumBytes;
        context.Request.EnableBuffering(RequestJson.MaximumBytes);
        var digest = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
        context.Request.Body.Position = 0;
        return await gate.RefuseAsync(context, member, new SensitiveAct("change which CI issuers are trusted", digest), context.RequestAborted);
    }
}
