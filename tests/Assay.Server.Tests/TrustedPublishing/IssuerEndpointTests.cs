using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Trusted issuers over the API, for administrators; and the provider definitions, for everybody who signs in.</summary>
public sealed class IssuerEndpointTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    private const string Path = "/-/assay/v1/issuers";

    private static int members;

    [Fact]
    public async Task An_administrator_adds_changes_switches_and_removes_an_issuer()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        var (app, root) = (world.App, world.Administrator);

        var added = await (await app.PostAsync(Path, root, Github(world))).ShouldBeAsync(HttpStatusCode.Created);
        var listed = await (await app.GetAsync(Path, root)).ShouldBeAsync(HttpStatusCode.OK);
        var changed = await (await app.PatchAsync($"{Path}/github", root, new JsonObject { ["names"] = new JsonArray("@acme/*", "@corp/*") })).ShouldBeAsync(HttpStatusCode.OK);
        var checkedNow = await (await app.PostAsync($"{Path}/github/check", root, null)).ShouldBeAsync(HttpStatusCode.OK);
        var disabled = await (await app.PostAsync($"{Path}/github/disable", root, null)).ShouldBeAsync(HttpStatusCode.OK);
        var enabled = await (await app.PostAsync($"{Path}/github/enable", root, null)).ShouldBeAsync(HttpStatusCode.OK);
        var accepted = await (await app.PostAsync($"{Path}/github/accept", root, null)).ShouldBeAsync(HttpStatusCode.OK);
        var shown = await (await app.GetAsync($"{Path}/github", root)).ShouldBeAsync(HttpStatusCode.OK);
        var removed = await (await app.DeleteAsync($"{Path}/github", root)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("enabled", (string?)added["state"]);
        Assert.Equal("github", (string?)Assert.Single(listed["issuers"]!.AsArray())!["id"]);
        Assert.Equal("""["@acme/*","@corp/*"]""", changed["names"]!.ToJsonString());
        Assert.Equal(4, (int?)checkedNow["keys"]!["count"]);
        Assert.Contains("4 keys", (string?)checkedNow["done"], StringComparison.Ordinal);
        Assert.Equal("disabled", (string?)disabled["state"]);
        Assert.NotNull(disabled["disabled"]);
        Assert.Equal("enabled", (string?)enabled["state"]);
        Assert.True((bool?)accepted["definition"]!["accepted"]);
        Assert.Equal("shipped", (string?)shown["definition"]!["origin"]);
        Assert.Equal("github is removed.", (string?)removed["done"]);
        Assert.Equal(
            ["issuer.added", "issuer.changed", "issuer.disabled", "issuer.enabled", "issuer.removed"],
            await app.ReadAsync(db => db.AuditEvents.Where(row => row.Subject == "github" && row.Actor == "root").OrderBy(row => row.Id).Select(row => row.Action).ToListAsync()));
    }

    [Fact]
    public async Task What_is_shown_can_be_set_under_the_same_names()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        var wanted = new JsonObject
        {
            ["id"] = "own",
            ["provider"] = "generic",
            ["issuer"] = "https://ci.acme.example",
            ["names"] = new JsonArray("@acme/*"),
            ["constants"] = new JsonObject(),
            ["audience"] = "assay",
            ["acceptSharedAudience"] = false,
            ["claims"] = new JsonObject { ["project"] = new JsonArray("https://ci.example/", "id"), ["owner"] = new JsonArray("owner_id") },
            ["requireClaims"] = new JsonArray("owner"),
            ["learnOwners"] = new JsonArray("65"),
            ["addresses"] = new JsonArray("10.1.0.0/16"),
            ["insecureHttp"] = false,
        };

        var shown = await (await world.App.PostAsync(Path, world.Administrator, wanted)).ShouldBeAsync(HttpStatusCode.Created);

        foreach (var (name, value) in wanted)
        {
            Assert.True(JsonNode.DeepEquals(value, shown[name]), $"{name}: {shown[name]?.ToJsonString()}");
        }
    }

    [Fact]
    public async Task An_issuer_that_policies_name_goes_only_by_force()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var refused = await world.App.DeleteAsync($"{Path}/github", world.Administrator);
        using var removed = await world.App.DeleteAsync($"{Path}/github?force=true", world.Administrator);

        Assert.Contains("1 trust policies", await refused.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-in-use"), StringComparison.Ordinal);
        await removed.ShouldBeAsync(HttpStatusCode.OK);
    }

    public static TheoryData<string, string> Routes => new()
    {
        { "GET", "" },
        { "POST", "" },
        { "GET", "/github" },
        { "PATCH", "/github" },
        { "DELETE", "/github" },
        { "POST", "/github/check" },
        { "POST", "/github/disable" },
        { "POST", "/github/enable" },
        { "POST", "/github/accept" },
    };

    // Whoever could add an issuer could publish everything.
    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_but_administrators_sees_or_changes_anything(string method, string route)
    {
        var world = shared.World;
        var member = await world.App.SignedInAsync($"member{Interlocked.Increment(ref members)}");
        var workload = await world.ExchangedAsync(world.Github());
        var before = await world.LinesAsync("/issuer/list");

        using var anonymous = await SendAsync(world, method, route, null);
        using var wrong = await SendAsync(world, method, route, "npm_000000000000000000000000000000000000");
        using var person = await SendAsync(world, method, route, member);
        using var run = await SendAsync(world, method, route, workload);

        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await person.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await run.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
        Assert.Equal(before, await world.LinesAsync("/issuer/list"));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task With_a_token_made_for_something_else_an_administrator_is_none(string method, string route)
    {
        var world = shared.World;
        var token = await world.App.TokenAsync(world.Administrator, new JsonObject { ["name"] = "all", ["packages_and_scopes_permission"] = "read-write" });

        using var answer = await SendAsync(world, method, route, token);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
    }

    [Theory]
    [InlineData("not json", "malformed-json")]
    [InlineData("[]", "bad-request")]
    [InlineData("", "bad-request")]
    [InlineData("{}", "invalid-issuer")]
    public async Task A_body_that_says_nothing_is_refused(string body, string code)
    {
        using var content = new StringContent(body);

        using var answer = await shared.World.App.SendAsync(HttpMethod.Post, Path, shared.World.Administrator, content);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task An_issuer_that_is_not_there_is_told_as_such()
    {
        using var shown = await shared.World.App.GetAsync($"{Path}/nobody", shared.World.Administrator);
        using var removed = await shared.World.App.DeleteAsync($"{Path}/nobody", shared.World.Administrator);

        await shown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
        await removed.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
    }

    [Fact]
    public async Task The_providers_say_what_a_form_needs()
    {
        var member = await shared.World.App.SignedInAsync("reader");

        var all = await (await shared.World.App.GetAsync("/-/assay/v1/providers", member)).ShouldBeAsync(HttpStatusCode.OK);
        var github = await (await shared.World.App.GetAsync("/-/assay/v1/providers/github", member)).ShouldBeAsync(HttpStatusCode.OK);
        var jenkins = await (await shared.World.App.GetAsync("/-/assay/v1/providers/jenkins", member)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.True(all["providers"]!.AsArray().Count >= 20);
        Assert.Equal("GitHub Actions", (string?)github["displayName"]);
        Assert.Equal("shipped", (string?)github["origin"]);
        var fields = github["fields"]!.AsArray().ToDictionary(field => (string)field!["name"]!, field => field!);
        Assert.Equal("--repository", (string?)fields["repository"]["option"]);
        Assert.True((bool?)fields["repository"]["required"]);
        Assert.Equal("""["push","release","workflow_dispatch"]""", fields["events"]["default"]!.ToJsonString());
        Assert.Equal(["repository_id", "repository_owner_id"], github["pins"]!.AsArray().Select(pin => (string)pin!["claim"]!).Order());
        Assert.Equal("ref_protected", (string?)github["gate"]!["proved"]![0]!["claim"]);
        Assert.Equal("environment", (string?)github["gate"]!["declaredBy"]![0]!["field"]);
        Assert.Equal("requested", (string?)github["audience"]!["mode"]);
        Assert.Contains(jenkins["claims"]!.AsArray(), claim => (string?)claim!["name"] == "project" && (bool)claim["bound"]! && claim["hint"] is not null);
        Assert.Contains(jenkins["pins"]!.AsArray(), pin => (bool)pin!["byName"]!);
    }

    [Fact]
    public async Task Providers_are_for_people_who_signed_in()
    {
        using var anonymous = await shared.World.App.GetAsync("/-/assay/v1/providers");
        using var one = await shared.World.App.GetAsync("/-/assay/v1/providers/github");
        using var unknown = await shared.World.App.GetAsync("/-/assay/v1/providers/drone", shared.World.Administrator);

        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await one.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "provider-not-found");
    }

    private static JsonObject Github(TrustWorld world) => new()
    {
        ["id"] = "github",
        ["provider"] = "github",
        ["issuer"] = world.Ci.Github.OriginalString,
        ["names"] = new JsonArray("@acme/*"),
        ["insecureHttp"] = true,
    };

    private static Task<HttpResponseMessage> SendAsync(TrustWorld world, string method, string route, string? token) =>
        world.App.SendAsync(new HttpMethod(method), Path + route, token, RegistryApp.Json(new JsonObject()));
}
