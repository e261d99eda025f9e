using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>npm trust github|gitlab|circleci|list|revoke</c>.</summary>
internal static class TrustConfigurationEndpoints
{
    public static void MapTrustConfiguration(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/package/{package}/trust", ListAsync);
        app.MapPost("/-/package/{package}/trust", CreateAsync);
        app.MapDelete("/-/package/{package}/trust/{id}", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(
        string package, Caller caller, TrustConfigurations configurations, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        var (policies, denial) = await configurations.ListAsync(name, db, member, cancellationToken);
        return denial is null ? JsonAnswer.Ok(policies) : denial.ToAnswer();
    }

    private static async Task<IResult> CreateAsync(
        string package, HttpContext context, Caller caller, TrustConfigurations configurations, PolicyGate gate, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (json is not JsonArray { Count: 1 } array || array[0] is not JsonObject item)
        {
            return NpmError.BadRequest("The body must be an array with one trust configuration.", "invalid-trust-configuration");
        }
        var act = SensitiveAct.Of($"trust a CI project with {name}", json);
        if (await gate.RefuseAsync(context, member, PolicyRows.Exactly(name), PolicyEffect.Allow, act, cancellationToken) is { } asked)
        {
            return asked;
        }
        var (created, denial) = await configurations.CreateAsync(name, JsonElement.Parse(item.ToJsonString()), member, cancellationToken);
        return created is null
            ? denial!.ToAnswer()
            : new JsonAnswer(StatusCodes.Status201Created, new JsonArray(created.Shown)) { Notice = created.Notice };
    }

    private static async Task<IResult> RemoveAsync(
        string package, string id, HttpContext context, Caller caller, TrustConfigurations configurations, PolicyGate gate,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (await gate.RefuseAsync(context, member, PolicyRows.Exactly(name), PolicyEffect.Allow, SensitiveAct.Of($"end a trust policy of {name}"), cancellationToken) is { } asked)
        {
            return asked;
        }
        var (notice, denial) = await configurations.RemoveAsync(name, Uri.UnescapeDataString(id), member, cancellationToken);
        if (denial is not null)
        {
            return denial.ToAnswer();
        }
        context.Response.Headers["npm-notice"] = notice;
        return TypedResults.NoContent();
    }
}
