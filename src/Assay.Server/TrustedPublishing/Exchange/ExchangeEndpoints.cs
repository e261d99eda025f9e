using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where CI jobs present their identity tokens: npm's own address, and ours for what npm cannot ask for.</summary>
internal static class ExchangeEndpoints
{
    private const string Bearer = "Bearer ";

    public static void MapExchange(this IEndpointRouteBuilder app)
    {
        app.MapPost("/-/npm/v1/oidc/token/exchange/package/{package}", ExchangeForNpmAsync);
        app.MapPost("/-/assay/v1/oidc/exchange", ExchangeAsync);
    }

    private static async Task<JsonAnswer> ExchangeForNpmAsync(
        string package, HttpContext context, ExchangeToken exchange, ExchangesMeter meter, CancellationToken cancellationToken) =>
        ExchangeRequest.OfNpm(package, context.Request.Headers["npm-command"].ToString()) is { } request
            ? await AnswerAsync(request, context, exchange, meter, Npm, cancellationToken)
            : NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");

    private static async Task<JsonAnswer> ExchangeAsync(HttpContext context, ExchangeToken exchange, ExchangesMeter meter, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        return ExchangeRequest.TryRead(json, out var request, out var text)
            ? await AnswerAsync(request, context, exchange, meter, granted => Own(request, granted), cancellationToken)
            : NpmError.BadRequest(text, "invalid-exchange");
    }

    private static async Task<JsonAnswer> AnswerAsync(
        ExchangeRequest request, HttpContext context, ExchangeToken exchange, ExchangesMeter meter, Func<ExchangeResult.Granted, JsonObject> shown,
        CancellationToken cancellationToken)
    {
        var began = meter.Begin();
        var header = context.Request.Headers.Authorization.ToString();
        var bearer = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        var result = await exchange.RunAsync(request, bearer, address, cancellationToken);
        meter.Ended(result, began);
        return result switch
        {
            ExchangeResult.Granted granted => JsonAnswer.Created(shown(granted)),
            ExchangeResult.Refused refused => refused.Denial.ToAnswer(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static JsonObject Npm(ExchangeResult.Granted granted) => new()
    {
        ["token_type"] = "oidc",
        ["token"] = granted.Token.Reveal(),
        ["created"] = JsonTime.Of(granted.CreatedAt),
        ["expires"] = JsonTime.Of(granted.ExpiresAt),
    };

    private static JsonObject Own(ExchangeRequest request, ExchangeResult.Granted granted)
    {
        var shown = Npm(granted);
        shown["actions"] = new JsonArray([.. granted.Actions.Names().Select(name => JsonValue.Create(name))]);
        shown["packages"] = new JsonArray([.. request.Names.Select(name => JsonValue.Create(name.Text))]);
        return shown;
    }
}
