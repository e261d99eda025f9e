using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary><c>npm token list|create|revoke</c>.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/npm/v1/tokens", ListAsync);
        app.MapPost("/-/npm/v1/tokens", CreateAsync);
        app.MapDelete("/-/npm/v1/tokens/token/{key}", RevokeAsync);
    }

    public static JsonAnswer TooMany() =>
        NpmError.Forbidden("You have as many access tokens as one person may have. Revoke some: `npm token list`, `npm token revoke`.", "too-many-tokens");

    private static async Task<JsonAnswer> ListAsync(
        Caller caller, AccessTokens tokens, string? page, string? perPage, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var all = await tokens.ListAsync(member, cancellationToken);
        var size = Math.Clamp(int.TryParse(perPage, out var asked) ? asked : 100, 1, 100);
        var from = Math.Clamp(int.TryParse(page, out var number) ? number : 0, 0, 10_000) * size;
        var urls = new JsonObject();
        if (from + size < all.Count)
        {
            urls["next"] = $"/-/npm/v1/tokens?page={(from / size) + 1}&perPage={size}";
        }
        return JsonAnswer.Ok(new JsonObject
        {
            ["objects"] = new JsonArray([.. all.Skip(from).Take(size).Select(row => TokenWords.Shown(row, row.Hint))]),
            ["total"] = all.Count,
            ["urls"] = urls,
        });
    }

    private static async Task<JsonAnswer> CreateAsync(
        Caller caller, HttpContext context, CreateAccessToken create, AskForPassword ask, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (RefuseToChange(member) is { } tooLittle)
        {
            return tooLittle;
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (json is not JsonObject body || body.Text("password") is not { } password)
        {
            return NpmError.BadRequest("Creating a token needs your password.");
        }
        if (await ask.RefuseAsync(member, password, cancellationToken) is { } refused)
        {
            return refused;
        }
        body.Remove("password");
        return await create.RunAsync(context, member, body, cancellationToken);
    }

    private static async Task<JsonAnswer> RevokeAsync(
        string key, HttpContext context, Caller caller, AccessTokens tokens, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        // By the token itself it may: who has a token's text may always end it.
        if (key != member.Token.Key && !NpmToken.TryParse(key, out _)
            && (RefuseToChange(member) ?? await gate.RefuseAsync(context, member, SensitiveAct.Of("revoke another access token", key), cancellationToken)) is { } asked)
        {
            return asked;
        }
        return await tokens.RevokeAsync(member.PersonId, key, member.Actor, cancellationToken)
            ? new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["ok"] = true })
            : NpmError.NotFound("None of your tokens has that key.");
    }

    private static JsonAnswer? RefuseToChange(Caller.Member member) =>
        member.Token.IsReadOnly ? Denials.ReadOnlyToken() : member.Token.IsSignIn ? null : Denials.SignInOnly("Making tokens, and revoking others,");
}
