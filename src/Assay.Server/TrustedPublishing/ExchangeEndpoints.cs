using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where CI jobs present their identity tokens.</summary>
internal static class ExchangeEndpoints
{
    private const string Bearer = "Bearer ";

    public static void MapExchange(this IEndpointRouteBuilder app) =>
        app.MapPost("/-/npm/v1/oidc/token/exchange/package/{package}", ExchangeAsync);

    private static async Task<JsonAnswer> ExchangeAsync(
        string package, HttpContext context, ExchangeToken exchange, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");
        }
        var header = context.Request.Headers.Authorization.ToString();
        var bearer = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        return await exchange.RunAsync(name, bearer, address, cancellationToken) switch
        {
            ExchangeResult.Granted granted => JsonAnswer.Created(new JsonObject
            {
                ["token_type"] = "oidc",
                ["token"] = granted.Token.Reveal(),
                ["created"] = Time(granted.CreatedAt),
                ["expires"] = Time(granted.ExpiresAt),
            }),
            ExchangeResult.Refused refused => refused.Denial.ToAnswer(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
