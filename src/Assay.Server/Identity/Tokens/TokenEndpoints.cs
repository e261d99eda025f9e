using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.Extensions.Options;

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
        var all = await tokens.ListAsync(member.PersonId, cancellationToken);
        var size = Math.Clamp(int.TryParse(perPage, out var asked) ? asked : 100, 1, 100);
        var from = Math.Clamp(int.TryParse(page, out var number) ? number : 0, 0, 10_000) * size;
        var urls = new JsonObject();
        if (from + size < all.Count)
        {
            urls["next"] = $"/-/npm/v1/tokens?page={(from / size) + 1}&perPage={size}";
        }
        return JsonAnswer.Ok(new JsonObject
        {
            ["objects"] = new JsonArray([.. all.Skip(from).Take(size).Select(row => Shown(row, row.Hint))]),
            ["total"] = all.Count,
            ["urls"] = urls,
        });
    }

    private static async Task<JsonAnswer> CreateAsync(
        Caller caller, HttpContext context, AccessTokens tokens, SignIn signIn, RegistryDbSource source, SecondFactorGate gate,
        IOptions<IdentityOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (member.Token.IsReadOnly)
        {
            return Denials.ReadOnlyToken();
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
        if (await PasswordDenials.RefuseAsync(signIn, source, member, password, cancellationToken) is { } refused)
        {
            return refused;
        }
        var (wanted, refusal) = TokenRequest.Read(body, options.Value, time.GetUtcNow());
        if (wanted is null)
        {
            return NpmError.BadRequest(refusal!);
        }
        body.Remove("password");
        if (await gate.RefuseAsync(context, member, SensitiveAct.Of($"create the access token '{wanted.Name}'", body), cancellationToken) is { } asked)
        {
            return asked;
        }
        var minted = await tokens.MintAsync(member.PersonId, wanted, member.Actor, cancellationToken);
        return minted is null ? TooMany() : JsonAnswer.Created(Shown(minted.Row, minted.Token.Reveal()));
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
            && await gate.RefuseAsync(context, member, SensitiveAct.Of("revoke another access token", key), cancellationToken) is { } asked)
        {
            return asked;
        }
        return await tokens.RevokeAsync(member.PersonId, key, member.Actor, cancellationToken)
            ? new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["ok"] = true })
            : NpmError.NotFound("None of your tokens has that key.");
    }

    private static JsonObject Shown(AccessTokenRow row, string token) => new()
    {
        ["key"] = row.Key,
        ["token"] = token,
        ["name"] = row.Name,
        ["created"] = JsonTime.Of(row.CreatedAt),
        ["updated"] = JsonTime.Of(row.CreatedAt),
        ["accessed"] = row.LastUsedAt is { } used ? JsonTime.Of(used) : null,
        ["expires"] = JsonTime.Of(row.ExpiresAt),
        ["expiry"] = JsonTime.Of(row.ExpiresAt),
        ["revoked"] = null,
        ["readonly"] = row.IsReadOnly,
        ["cidr_whitelist"] = new JsonArray([.. row.AllowedAddresses.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(range => JsonValue.Create(range))]),
        ["permissions"] = new JsonArray(new JsonObject { ["name"] = "package", ["action"] = row.IsReadOnly ? "read" : "write" }),
    };
}
