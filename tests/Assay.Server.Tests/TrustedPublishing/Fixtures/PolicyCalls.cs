using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>The policy API as people call it; without a token as the administrator.</summary>
internal static class PolicyCalls
{
    public static Task<HttpResponseMessage> WritePolicyAsync(this TrustWorld world, JsonObject policy, string? token = null) =>
        world.App.PostAsync("/-/assay/v1/policies", token ?? world.Administrator, policy);

    public static Task<HttpResponseMessage> WritePolicyForAsync(this TrustWorld world, string package, JsonObject policy, string? token = null) =>
        world.App.PostAsync($"/-/assay/v1/package/{TrustWorld.Escape(package)}/policies", token ?? world.Administrator, policy);

    public static async Task<string> WrittenPolicyAsync(this TrustWorld world, JsonObject policy, string? token = null)
    {
        using var answer = await world.WritePolicyAsync(policy, token);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["id"]!;
    }

    public static Task<HttpResponseMessage> EditPolicyAsync(this TrustWorld world, string id, JsonObject policy, string? token = null) =>
        world.App.PutAsync($"/-/assay/v1/policies/{id}", token ?? world.Administrator, policy);

    public static Task<HttpResponseMessage> EndPolicyAsync(this TrustWorld world, string id, string? token = null) =>
        world.App.DeleteAsync($"/-/assay/v1/policies/{id}", token ?? world.Administrator);

    public static Task<HttpResponseMessage> RearmAsync(this TrustWorld world, string id, JsonObject? body = null, string? token = null) =>
        world.App.PostAsync($"/-/assay/v1/policies/{id}/rearm", token ?? world.Administrator, body);

    public static Task<HttpResponseMessage> InheritAsync(this TrustWorld world, bool inherits, string package = TrustWorld.Package, string? token = null) =>
        world.App.PutAsync($"/-/assay/v1/package/{TrustWorld.Escape(package)}/inheritance", token ?? world.Administrator, new JsonObject { ["inherits"] = inherits });

    public static async Task<JsonObject> PolicyAsync(this TrustWorld world, string id, string? token = null)
    {
        using var answer = await world.App.GetAsync($"/-/assay/v1/policies/{id}", token ?? world.Administrator);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    public static async Task<JsonObject> PoliciesOfAsync(this TrustWorld world, string package = TrustWorld.Package, string? token = null)
    {
        using var answer = await world.App.GetAsync($"/-/assay/v1/package/{TrustWorld.Escape(package)}/policies", token ?? world.Administrator);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    public static async Task<JsonArray> ListedAsync(this TrustWorld world, string path = "/-/assay/v1/policies", string? token = null)
    {
        using var answer = await world.App.GetAsync(path, token ?? world.Administrator);
        return (await answer.ShouldBeAsync(HttpStatusCode.OK))["policies"]!.AsArray();
    }

    public static async Task<IReadOnlyList<string>> LinesAsync(this TrustWorld world, string path, JsonObject? body = null)
    {
        using var answer = await world.AdminAsync(path, body ?? []);
        return [.. (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray().Select(line => (string)line!)];
    }

    /// <summary>Whether the simulator's usual run gets a publish token for the package.</summary>
    public static async Task<bool> GrantsAsync(this TrustWorld world, string package = TrustWorld.Package, JsonObject? run = null)
    {
        using var answer = await world.ExchangeAsync(world.Github(run), package);
        return answer.StatusCode == HttpStatusCode.Created;
    }
}
