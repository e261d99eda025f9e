using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>
/// One registry for all rows. Each keeps to packages, scopes and issuers with its number in their names; one that moves the clock by days takes
/// a registry of its own.
/// </summary>
public sealed class FieldWorld : IAsyncLifetime
{
    // Rows that bring an issuer of their own bring its names too, so that `npm trust` means the usual one everywhere else.
    private static readonly string[] Names = ["@acme/*", "@row-9/*", "@row-15/*", "@row-17/*", "@row-56/*"];

    internal TrustWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await TrustWorld.StartAsync(
        ["--Assay:TrustedPublishing:RefusalsPerAddress=100000", "--Assay:TrustedPublishing:RefusalsPerProject=100000"], Names);

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>A policy in full for the simulator's usual GitHub run. Its ids are given, so a refusal says exactly what differs.</summary>
    internal static JsonObject Github(Action<JsonObject>? with = null)
    {
        var policy = JsonNode.Parse("""
            {
              "binding": "github",
              "actions": ["publish"],
              "fields": { "repository": "octo-org/octo-repo", "workflow": "publish.yml" },
              "pins": { "repository_id": "74", "repository_owner_id": "65" }
            }
            """)!.AsObject();
        with?.Invoke(policy);
        return policy;
    }

    /// <summary>The usual policy with one more member.</summary>
    internal static JsonObject Github(string member, string json) => Github(policy => policy[member] = JsonNode.Parse(json));

    /// <summary>The usual policy with one more field.</summary>
    internal static JsonObject GithubField(string field, params string[] values) =>
        Github(policy => policy["fields"]![field] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]));

    internal static Task<HttpResponseMessage> WriteAsync(TrustWorld world, string target, JsonObject policy, string? token = null)
    {
        policy["target"] = target;
        return world.App.PostAsync("/-/assay/v1/policies", token ?? world.Administrator, policy);
    }

    /// <summary>A policy that was accepted; answers its id.</summary>
    internal async Task<string> WrittenAsync(string target, JsonObject policy, string? token = null)
    {
        using var answer = await WriteAsync(World, target, policy, token);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["id"]!;
    }

    internal async Task<JsonObject> PolicyAsync(string id)
    {
        using var answer = await World.App.GetAsync($"/-/assay/v1/policies/{id}", World.Administrator);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    internal async Task GrantedAsync(string identityToken, string package) =>
        Assert.NotEmpty(await World.ExchangedAsync(identityToken, package));

    internal async Task RefusedAsync(string code, string? identityToken, string package)
    {
        using var answer = await World.ExchangeAsync(identityToken, package);
        await answer.ShouldExplainAsync(code == "malformed-token" ? HttpStatusCode.BadRequest : HttpStatusCode.Unauthorized, code);
    }

    internal async Task PublishedAsync(string identityToken, string version, string package)
    {
        using var answer = await World.PublishAsync(await World.ExchangedAsync(identityToken, package), version, package);
        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    /// <summary>What was granted is worth nothing any more, and the answer says why.</summary>
    internal async Task DeadAsync(string code, string publishToken, string package)
    {
        using var answer = await World.PublishAsync(publishToken, "9.9.9", package);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(code, (string?)(await answer.JsonAsync())["code"]);
        Assert.DoesNotContain("9.9.9", await World.VersionsAsync(package));
    }

    /// <summary>A package with 1.0.0 in it, by a member's hand.</summary>
    internal async Task ByHandAsync(string package)
    {
        using var answer = await World.PublishAsync(World.Administrator, "1.0.0", package);
        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    /// <summary>The one step of a job that wants anything but a publish.</summary>
    internal Task<HttpResponseMessage> AskAsync(string identityToken, string action, string name) =>
        World.App.PostAsync("/-/assay/v1/oidc/exchange", identityToken, new JsonObject
        {
            ["actions"] = new JsonArray(action),
            ["packages"] = new JsonArray(name),
        });

    internal async Task<string> AskedAsync(string identityToken, string action, string name)
    {
        using var answer = await AskAsync(identityToken, action, name);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
    }

    /// <summary>An issuer with the row's number for its name, and with names of its own.</summary>
    internal async Task<StubIssuer> TrustedStubAsync(string id, string names, Uri? issuer = null)
    {
        var stub = await StubIssuer.StartAsync();
        using var added = await World.AddIssuerAsync("github", issuer ?? stub.Url, [names], body =>
        {
            body["id"] = id;
            if (issuer is not null)
            {
                body["jwks"] = stub.KeySet.ToJsonString();
                body["insecureHttp"] = false;
            }
        });
        await added.ShouldBeAsync(HttpStatusCode.OK);
        return stub;
    }

    internal long Now => World.App.Clock.GetUtcNow().ToUnixTimeSeconds();

    internal static JsonObject Claim(string name, JsonNode? value) => new() { [name] = value };
}
