using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Access;

/// <summary>Who may not know a package cannot tell it from one that does not exist, wherever they ask.</summary>
public sealed class HiddenPackageTests : IAsyncLifetime
{
    // Of one length, so that whole answers can be compared.
    private const string Hidden = "hidden";
    private const string Absent = "absent";

    private const string Publish = "PUT /{package}";

    private static readonly JsonObject Settings = new() { ["showsSource"] = true };
    private static readonly JsonObject Bob = new() { ["user"] = "bob" };

    /// <summary>Every request that names a package in its address, and those that name one in the body.</summary>
    private static readonly (string Route, Func<string, JsonNode?> Body)[] Requests =
    [
        ("GET /{package}", Nothing),
        ("HEAD /{package}", Nothing),
        ("GET /{package}/{versionOrTag}", Nothing),
        ("HEAD /{package}/{versionOrTag}", Nothing),
        ("GET /{package}/-/{file}", Nothing),
        ("HEAD /{package}/-/{file}", Nothing),
        ("GET /-/packages/{package}/v/{version}/raw/{**path}", Nothing),
        ("GET /-/package/{package}/visibility", Nothing),
        ("GET /-/package/{package}/dist-tags", Nothing),
        ("GET /-/package/{package}/access", Nothing),
        ("GET /-/package/{package}/collaborators", Nothing),
        ("GET /-/package/{package}/trust", Nothing),
        ("GET /-/npm/v1/attestations/{spec}", Nothing),
        ("GET /-/assay/v1/attestations/{package}/{version}", Nothing),
        ("GET /-/assay/v1/log/packages/{package}", Nothing),
        ("GET /-/assay/v1/log/packages/{package}/{version}", Nothing),
        ("GET /-/assay/v1/package/{package}/downloads", Nothing),
        ("GET /-/assay/v1/package/{package}/provenance", Nothing),
        ("GET /-/assay/v1/package/{package}/audit", Nothing),
        ("GET /-/assay/v1/package/{package}/audit/export", Nothing),
        ("GET /-/assay/v1/package/{package}/policies", Nothing),
        ("GET /-/assay/v1/package/{package}/attempts", Nothing),
        ("GET /-/assay/v1/package/{package}/attempts/{id}", Nothing),
        (Publish, name => new TestPackage(name, "2.0.0").Document()),
        (Publish, name => Document(name, new JsonObject { ["1.0.0"] = new JsonObject { ["deprecated"] = "old" } })),
        ("PUT /{package}/-rev/{revision}", name => Document(name, [])),
        ("PUT /{package}/-rev/{revision}", _ => new JsonObject { ["maintainers"] = new JsonArray(new JsonObject { ["name"] = "bob" }) }),
        ("DELETE /{package}/-rev/{revision}", Nothing),
        ("DELETE /{package}/-/{file}/-rev/{revision}", Nothing),
        ("PUT /-/package/{package}/dist-tags/{tag}", _ => JsonValue.Create("1.0.0")),
        ("DELETE /-/package/{package}/dist-tags/{tag}", Nothing),
        ("PUT /-/package/{package}/owners", _ => Bob.DeepClone()),
        ("DELETE /-/package/{package}/owners/{user}", Nothing),
        ("POST /-/package/{package}/access", _ => new JsonObject { ["access"] = "members" }),
        ("POST /-/package/{package}/trust", _ => new JsonArray(TrustRequest.Github("octo-org/octo-repo"))),
        ("DELETE /-/package/{package}/trust/{id}", Nothing),
        ("PUT /-/assay/v1/package/{package}/provenance", _ => Settings.DeepClone()),
        ("GET /-/assay/v1/package/{package}/lock", Nothing),
        ("PUT /-/assay/v1/package/{package}/lock", _ => new JsonObject { ["lock"] = "oidc-only" }),
        ("POST /-/package/{package}/access", _ => new JsonObject { ["publish_requires_tfa"] = true }),
        ("GET /-/assay/v1/package/{package}/staging", Nothing),
        ("PUT /-/assay/v1/package/{package}/staging", _ => new JsonObject { ["everyPublish"] = true }),
        ("POST /-/stage/package/{package}", name => new TestPackage(name, "2.0.0").Document()),
        ("POST /-/assay/v1/package/{package}/inheritance/agree", Nothing),
        ("POST /-/assay/v1/package/{package}/policies", _ => PolicyRequest.Github()),
        ("POST /-/assay/v1/package/{package}/policies", _ => PolicyRequest.Deny()),
        ("PUT /-/assay/v1/package/{package}/inheritance", _ => new JsonObject { ["inherits"] = true }),
        ("POST /-/assay/v1/package/{package}/attempts/{id}/policy", Nothing),
        ("POST /-/npm/v1/oidc/token/exchange/package/{package}", Nothing),
        ("POST /-/assay/v1/package/{package}/reports", _ => new JsonObject { ["kind"] = "malware", ["text"] = "why" }),
        ("GET /-/report/{package}", Nothing),
        ("POST /-/report/{package}", Nothing),
        ("POST /-/assay/v1/policies", name => PolicyRequest.Github(name)),
        ("POST /-/assay/v1/freezes", name => new JsonObject { ["package"] = name, ["reason"] = "why" }),
        ("POST /-/assay/v1/trust/simulate", name => new JsonObject { ["package"] = name, ["token"] = "x" }),
        ("POST /-/assay/v1/trust/lint", name => new JsonObject { ["package"] = name, ["file"] = new JsonObject { ["path"] = "publish.yml", ["text"] = "on: push" } }),
        ("PUT /-/team/acme/core/package", name => new JsonObject { ["package"] = name, ["permissions"] = "admin" }),
        ("DELETE /-/team/acme/core/package", name => new JsonObject { ["package"] = name }),
    ];

    private TrustWorld world = null!;
    private string alice = null!;
    private string revision = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        alice = await world.App.SignedInAsync("alice");
        await world.App.OrganisationAsync("acme", "alice");
        await world.App.TeamAsync(alice, "acme", "core");
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public void No_route_with_a_package_in_it_is_forgotten_here()
    {
        var routes =
            from endpoint in world.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let pattern = endpoint.RoutePattern.RawText!
            where pattern.Contains("{package}", StringComparison.Ordinal) || pattern.Contains("{spec}", StringComparison.Ordinal)
            // Razor Pages have no methods of their own; they are asked with a session, in HiddenPagesTests.
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            select $"{method} {(pattern[0] == '/' ? pattern : "/" + pattern)}";

        Assert.Empty(routes.Except(Requests.Select(request => request.Route)));
    }

    [Theory]
    [InlineData("@acme", "stranger")]
    [InlineData("@acme", "read-only")]
    [InlineData("@acme", "developer")]
    [InlineData("@acme", "run")]
    [InlineData("@acme", "nobody")]
    [InlineData("@acme", "owner-with-a-token-for-something-else")]
    [InlineData("@free", "owner-with-a-token-for-something-else")]
    [InlineData("@free", "stranger")]
    [InlineData("@free", "read-only")]
    [InlineData("@free", "run")]
    [InlineData("@free", "nobody")]
    public async Task It_is_answered_like_a_name_that_does_not_exist(string scope, string caller)
    {
        await world.App.PublishedForTeamsAsync(alice, new TestPackage($"{scope}/{Hidden}", "1.0.0"));
        revision = (string)(await world.App.PackumentAsync(alice, $"{scope}/{Hidden}"))["_rev"]!;
        var token = await CallerAsync(caller);

        // Who may make a package of that name has to be told that they cannot have this one.
        var mayTakeTheName = caller == (scope == "@acme" ? "developer" : "stranger");
        foreach (var (route, body) in Requests.Where(request => !mayTakeTheName || (request.Body($"{scope}/x") as JsonObject)?["_attachments"] is null))
        {
            var hidden = await ToldAsync(route, body, $"{scope}/{Hidden}", token);
            var absent = await ToldAsync(route, body, $"{scope}/{Absent}", token);

            Assert.Equal($"{route}\n{absent.Replace(Absent, Hidden, StringComparison.Ordinal)}", $"{route}\n{hidden}");
        }
        await ShouldBeUntouchedAsync($"{scope}/{Hidden}");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_given_away_and_nothing_more_is_said_of_it()
    {
        await world.App.PublishedForTeamsAsync(alice, new TestPackage("@free/hidden", "1.0.0"));
        var stranger = await CallerAsync("stranger");

        var told = await (await new TestPackage("@free/hidden", "2.0.0").PublishAsync(world.App, stranger)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");

        Assert.DoesNotContain("alice", told);
        await ShouldBeUntouchedAsync("@free/hidden");
    }

    [Fact]
    public async Task A_reserved_name_is_hidden_where_the_scope_is_for_teams()
    {
        await (await world.App.PutAsync("/-/assay/v1/scopes/@acme", alice, new JsonObject { ["readers"] = "teams" })).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.WritePolicyForAsync("@acme/hidden", PolicyRequest.Github(), alice)).ShouldBeAsync(HttpStatusCode.Created);
        var stranger = await CallerAsync("stranger");

        var hidden = await ToldAsync("GET /-/package/{package}/trust", Nothing, "@acme/hidden", stranger);

        Assert.Equal((await ToldAsync("GET /-/package/{package}/trust", Nothing, "@acme/absent", stranger)).Replace(Absent, Hidden, StringComparison.Ordinal), hidden);
    }

    private static JsonNode? Nothing(string name) => null;

    private static JsonObject Document(string name, JsonObject versions) => new() { ["_id"] = name, ["name"] = name, ["versions"] = versions };

    private async Task<string?> CallerAsync(string caller) => caller switch
    {
        "stranger" => await world.App.SignedInAsync("stranger"),
        "read-only" => await world.App.TokenAsync(await world.App.SignedInAsync("stranger"), []),
        "developer" => await world.App.MemberAsync(alice, "acme", "developer"),
        "run" => await RunAsync(),
        "owner-with-a-token-for-something-else" => await world.App.TokenAsync(
            alice, new JsonObject { ["packages"] = new JsonArray("@acme/other"), ["packages_and_scopes_permission"] = "read-write", ["orgs"] = new JsonArray("acme"), ["orgs_permission"] = "read-write" }),
        _ => null,
    };

    private async Task<string> RunAsync()
    {
        await world.TrustGithubAsync();
        return await world.ExchangedAsync(world.Github());
    }

    private async Task<string> ToldAsync(string route, Func<string, JsonNode?> body, string name, string? token)
    {
        var (method, path) = (route[..route.IndexOf(' ', StringComparison.Ordinal)], route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var address = path
            .Replace("{package}", TrustWorld.Escape(name), StringComparison.Ordinal)
            .Replace("{spec}", TrustWorld.Escape(name) + "@1.0.0", StringComparison.Ordinal)
            .Replace("{versionOrTag}", "latest", StringComparison.Ordinal)
            .Replace("{version}", "1.0.0", StringComparison.Ordinal)
            .Replace("{file}", $"{name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]}-1.0.0.tgz", StringComparison.Ordinal)
            .Replace("{revision}", revision, StringComparison.Ordinal)
            .Replace("{tag}", "beta", StringComparison.Ordinal)
            .Replace("{user}", "alice", StringComparison.Ordinal)
            .Replace("{id}", "1", StringComparison.Ordinal);
        using var answer = await world.App.SendAsync(new HttpMethod(method), address, token, body(name) is { } json ? RegistryApp.Json(json) : null);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").OrderBy(header => header.Key, StringComparer.Ordinal);
        return $"{(int)answer.StatusCode}\n{string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(' ', header.Value)}"))}\n{await answer.Content.ReadAsStringAsync()}";
    }

    private async Task ShouldBeUntouchedAsync(string name)
    {
        var facts = await world.App.ReadAsync(db => db.Packages.Where(row => row.Name == name).Select(row => new
        {
            row.Access,
            Versions = db.Versions.Count(version => version.PackageId == row.Id && version.RemovedAt == null && version.Deprecated == null),
            Owners = db.PackageOwners.Count(owner => owner.PackageId == row.Id),
            Policies = db.TrustPolicies.Count(policy => policy.Target == row.Name),
            Grants = db.TeamGrants.Count(grant => grant.Target == row.Name),
        }).SingleAsync());
        Assert.Equal(("teams", 1, 1, 0, 0), (facts.Access, facts.Versions, facts.Owners, facts.Policies, facts.Grants));
    }
}
