using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Providers;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary><c>admin issuer …</c> over the operator's socket: what it takes and what it tells.</summary>
public sealed class IssuerAdminTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    [Fact]
    public async Task An_added_issuer_is_listed_with_all_that_its_operator_should_know()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", world.Ci.Github, ["@acme/*"]);

        var lines = await world.LinesAsync("/issuer/list");

        Assert.Equal(
            [
                $"github  github  {world.Ci.Github}  enabled, may publish: @acme/*; keys not fetched since the start",
                "    Whoever administers that server can make tokens for any of its projects: that is the trust given here.",
            ],
            lines);
    }

    [Fact]
    public async Task An_issuer_is_shown_with_everything_that_was_said_about_it()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("generic", new Uri(world.Ci.Url, "/own"), ["@acme/*", "@corp/*"], body =>
        {
            body["id"] = "own";
            body["claims"] = new JsonObject { ["project"] = new JsonArray("https://ci.example/", "id"), ["owner"] = new JsonArray("owner_id") };
            body["audience"] = "assay";
            body["requireClaims"] = new JsonArray("project");
            body["learnOwners"] = new JsonArray("65", "66");
            body["addresses"] = new JsonArray("10.1.0.0/16");
        });

        var lines = await world.LinesAsync("/issuer/show", new JsonObject { ["id"] = "own" });

        Assert.Equal("own", lines[0]);
        Assert.Contains("    provider: generic (OpenID Connect issuer)", lines);
        Assert.Contains("    state: enabled", lines);
        Assert.Contains(lines, line => line.StartsWith($"    definition: shipped, revision {ProviderCatalog.Shipped.Find("generic")!.Revision}, SHA-256 ", StringComparison.Ordinal) && line.EndsWith(", accepted", StringComparison.Ordinal));
        Assert.Contains("    may publish: @acme/* @corp/*", lines);
        Assert.Contains("    policies: 0", lines);
        Assert.Contains("    audience: assay", lines);
        Assert.Contains("    claims: project=[\"https://ci.example/\",\"id\"] owner=[\"owner_id\"]", lines);
        Assert.Contains("    required claims: project", lines);
        Assert.Contains("    owners that may be learned: 65 66", lines);
        Assert.Contains("    private addresses allowed: 10.1.0.0/16", lines);
        Assert.Contains("    plain http: allowed on loopback", lines);
    }

    [Fact]
    public async Task A_check_fetches_the_keys_and_from_then_on_the_list_says_how_many_there_are()
    {
        await using var world = await TrustWorld.StartAsync();

        var found = await world.LinesAsync("/issuer/check", new JsonObject { ["id"] = "github" });
        var lines = await world.LinesAsync("/issuer/list");

        Assert.Contains("4 keys", Assert.Single(found), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("github ", StringComparison.Ordinal) && line.Contains("; 4 keys, fetched 20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_says_what_is_wrong_with_an_issuer_and_the_list_remembers_it()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", new Uri(world.Ci.Url, "/nothing"));

        using var answer = await world.AdminAsync("/issuer/check", new JsonObject { ["id"] = "github" });
        var lines = await world.LinesAsync("/issuer/list");

        Assert.Contains("answered 404", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "issuer-unreachable"), StringComparison.Ordinal);
        Assert.Contains("; no keys; last problem: ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("answered 404.", lines[0], StringComparison.Ordinal);
    }

    // The cool-down is for strangers: whoever has just mended the issuer wants to see it now, and to have it used now.
    [Fact]
    public async Task A_check_asks_at_once_and_what_it_finds_is_used()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url);
        await world.TrustGithubAsync();
        var honest = issuer.Discovery;
        issuer.Discovery = StubIssuer.Answering("no");
        using var before = await world.ExchangeAsync(issuer.Mint(world));
        issuer.Discovery = honest;

        await world.LinesAsync("/issuer/check", new JsonObject { ["id"] = "github" });
        using var after = await world.ExchangeAsync(issuer.Mint(world));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        await after.ShouldBeAsync(HttpStatusCode.Created);
    }

    // An issuer's documents are a stranger's text, and end up in logs and on an operator's terminal.
    [Fact]
    public async Task What_an_issuer_says_is_shown_as_one_short_printable_line()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url);
        var document = issuer.DiscoveryDocument;
        document["issuer"] = "\u001b[2J\n\u202e" + new string('x', 10_000);
        issuer.Discovery = StubIssuer.Answering(document.ToJsonString());

        using var answer = await world.AdminAsync("/issuer/check", new JsonObject { ["id"] = "github" });

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "issuer-unreachable");
        Assert.All(text, character => Assert.InRange(character, ' ', '~'));
        Assert.InRange(text.Length, 1, 500);
    }

    [Fact]
    public async Task Uploaded_keys_are_shown_as_such()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url, with: body => body["jwks"] = issuer.KeySet);

        var lines = await world.LinesAsync("/issuer/list");

        Assert.EndsWith("; 1 keys, uploaded", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_names_an_issuer_publishes_nothing()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        using var added = await world.AddIssuerAsync("github", world.Ci.Github, []);

        using var trusted = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        Assert.Contains(
            (await added.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray(), line => ((string)line!).StartsWith("It may publish nothing yet", StringComparison.Ordinal));
        await trusted.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
    }

    [Fact]
    public async Task An_issuer_is_trusted_under_one_name_only()
    {
        await using var world = await TrustWorld.StartAsync();

        using var again = await world.AddIssuerAsync("github", world.Ci.Github, with: body => body["id"] = "other");
        using var sameName = await world.AddIssuerAsync("github", new Uri(world.Ci.Url, "/other"));

        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-exists");
        await sameName.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-exists");
    }

    [Theory]
    [InlineData("github", "https://token.actions.githubusercontent.com")]
    [InlineData("gitlab", "https://gitlab.com")]
    [InlineData("google", "https://accounts.google.com")]
    public async Task A_provider_with_one_public_issuer_needs_no_url(string provider, string issuer)
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();

        await world.LinesAsync("/issuer/add", new JsonObject { ["id"] = "it", ["provider"] = provider });

        Assert.StartsWith($"it  {provider}  {issuer}  enabled", (await world.LinesAsync("/issuer/list"))[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("buddy", "https://eu-oidc.buddyusercontent.com")]
    [InlineData("jenkins", "--issuer")]
    public async Task One_with_several_or_none_says_so(string provider, string told)
    {
        using var answer = await shared.World.AdminAsync("/issuer/add", new JsonObject { ["id"] = "it", ["provider"] = provider });

        Assert.Contains(told, await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_with_an_audience_that_all_share_are_taken_only_from_who_accepts_that_and_it_is_said()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        var body = new JsonObject
        {
            ["id"] = "azure",
            ["provider"] = "azure-devops",
            ["issuer"] = "https://vstoken.dev.azure.com/7b6f2f5e-1111-4222-8333-444455556666",
        };

        using var refused = await world.AdminAsync("/issuer/add", body);
        body["acceptSharedAudience"] = true;
        var added = await world.LinesAsync("/issuer/add", body);

        Assert.Contains("api://AzureADTokenExchange", await refused.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer"), StringComparison.Ordinal);
        Assert.Contains(added, line => line.StartsWith("Its tokens have the same audience everywhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Identities_that_are_names_alone_are_warned_about()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();

        var added = await world.LinesAsync("/issuer/add", new JsonObject
        {
            ["id"] = "jenkins",
            ["provider"] = "jenkins",
            ["issuer"] = "https://jenkins.acme.example/oidc",
            ["claims"] = new JsonObject { ["project"] = new JsonArray("sub") },
        });

        Assert.Contains(added, line => line.StartsWith("Its projects have no ids, only names", StringComparison.Ordinal));
        Assert.Contains(added, line => line.StartsWith("Whoever administers that server", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("provider", "\"drone\"")]
    [InlineData("issuer", "\"http://ci.acme.example\"")]
    [InlineData("issuer", "\"https://CI.acme.example\"")]
    [InlineData("issuer", "\"https://me@ci.acme.example\"")]
    [InlineData("issuer", "\"https://gitlab.com\"")]
    [InlineData("id", "\"a b\"")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "7")]
    [InlineData("names", "[\"*-utils\"]")]
    [InlineData("names", "\"*\"")]
    [InlineData("names", "[\"@acme/*\", 7]")]
    [InlineData("names", "[\"@acme/*\\n*\"]")]
    [InlineData("names", "[\"\"]")]
    [InlineData("addresses", "[\"everything\"]")]
    [InlineData("jwks", "\"{}\"")]
    [InlineData("jwks", "\"{\\\"keys\\\":null}\"")]
    [InlineData("jwks", "\"null\"")]
    [InlineData("jwks", "\"not json\"")]
    [InlineData("jwks", "7")]
    [InlineData("jwks", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}")]
    [InlineData("jwks", "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"d\":\"AAAA\"}]}")]
    [InlineData("constants", "{\"unheard\":\"of\"}")]
    [InlineData("constants", "[\"web=https://github.acme.example\"]")]
    [InlineData("constants", "{\"web\":\"javascript:alert(1)\"}")]
    [InlineData("constants", "{\"web\":\"https://a.example\\nweb=https://b.example\"}")]
    [InlineData("constants", "{\"web=https://a.example\":\"x\"}")]
    [InlineData("constants", "{\"web\":7}")]
    [InlineData("claims", "{\"repository_id\":[\"other\"]}")]
    [InlineData("claims", "{\"a=b\":[\"c\"]}")]
    [InlineData("claims", "{\"project\":\"c\"}")]
    [InlineData("claims", "[]")]
    [InlineData("requireClaims", "[\"unheard\"]")]
    [InlineData("audience", "\"of-my-own\"")]
    [InlineData("audience", "7")]
    [InlineData("acceptSharedAudience", "\"yes\"")]
    [InlineData("insecureHttp", "1")]
    [InlineData("learnOwners", "[65]")]
    [InlineData("learnowners", "[\"65\"]")]
    [InlineData("enabled", "true")]
    public async Task A_wrong_setting_is_refused_and_never_an_accident(string member, string value)
    {
        var before = await shared.World.LinesAsync("/issuer/list");

        using var answer = await shared.World.AddIssuerAsync("github", new Uri(shared.World.Ci.Url, "/another"), with: body =>
        {
            body["id"] = "another";
            body[member] = JsonNode.Parse(value);
        });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer");
        Assert.Equal(before, await shared.World.LinesAsync("/issuer/list"));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    [InlineData("edit")]
    [InlineData("enable")]
    [InlineData("disable")]
    [InlineData("accept")]
    [InlineData("remove")]
    public async Task An_issuer_that_is_not_there_is_told_as_such(string verb)
    {
        using var answer = await shared.World.AdminAsync($"/issuer/{verb}", new JsonObject { ["id"] = "nobody" });
        using var without = await shared.World.AdminAsync($"/issuer/{verb}", []);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
        await without.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
    }

    // Whoever could add an issuer could publish everything.
    [Theory]
    [InlineData("list")]
    [InlineData("add")]
    [InlineData("edit")]
    [InlineData("enable")]
    [InlineData("remove")]
    [InlineData("accept")]
    public async Task Over_the_network_the_operators_routes_do_not_exist_not_even_for_administrators(string verb)
    {
        using var answer = await shared.World.App.PostAsync($"/-/assay/admin/issuer/{verb}", shared.World.Administrator, new JsonObject { ["id"] = "github" });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("not-found", (string?)(await answer.JsonAsync())["code"]);
    }
}
