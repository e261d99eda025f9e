using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary><c>admin issuer add|list|check</c> over the operator's socket.</summary>
public sealed class IssuerAdminTests
{
    [Fact]
    public async Task An_added_issuer_is_listed_with_the_names_it_may_publish()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", world.Ci.Github, ["@acme/*"]);

        using var answer = await world.AdminAsync("/issuer/list", []);

        Assert.Equal($"github  github  {world.Ci.Github}  may publish: @acme/*", Assert.Single(await LinesAsync(answer)));
    }

    [Fact]
    public async Task A_check_fetches_the_keys()
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.AdminAsync("/issuer/check", new JsonObject { ["id"] = "github" });

        Assert.Contains("4 keys", Assert.Single(await LinesAsync(answer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_says_what_is_wrong_with_an_issuer()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", new Uri(world.Ci.Url, "/nothing"));

        using var answer = await world.AdminAsync("/issuer/check", new JsonObject { ["id"] = "github" });

        Assert.Contains("answered 404", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "issuer-unreachable"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_names_an_issuer_publishes_nothing()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        using var added = await world.AddIssuerAsync("github", world.Ci.Github, []);

        using var trusted = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        Assert.Contains(await LinesAsync(added), line => line.StartsWith("It may publish nothing yet", StringComparison.Ordinal));
        await trusted.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
    }

    [Fact]
    public async Task An_issuer_is_trusted_under_one_name_only()
    {
        await using var world = await TrustWorld.StartAsync();

        using var again = await world.AddIssuerAsync("github", world.Ci.Github, with: body => body["id"] = "other");

        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("provider", "\"jenkins\"")]
    [InlineData("issuer", "\"http://ci.acme.example\"")]
    [InlineData("issuer", "\"https://CI.acme.example\"")]
    [InlineData("issuer", "\"https://me@ci.acme.example\"")]
    [InlineData("issuer", "\"https://gitlab.com\"")]
    [InlineData("id", "\"a b\"")]
    [InlineData("names", "[\"*-utils\"]")]
    [InlineData("addresses", "[\"everything\"]")]
    [InlineData("jwks", "\"{}\"")]
    [InlineData("jwks", "\"{\\\"keys\\\":null}\"")]
    [InlineData("jwks", "\"null\"")]
    [InlineData("jwks", "\"not json\"")]
    [InlineData("constants", "[\"unheard=of\"]")]
    public async Task A_wrong_setting_is_refused(string member, string value)
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();

        using var answer = await world.AddIssuerAsync("github", world.Ci.Github, with: body => body[member] = JsonNode.Parse(value));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    // Whoever could add an issuer could publish everything.
    [Fact]
    public async Task Over_the_network_the_operators_routes_do_not_exist_not_even_for_administrators()
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.App.PostAsync("/-/assay/admin/issuer/list", world.Administrator, new JsonObject());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(HttpResponseMessage answer) =>
        [.. (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray().Select(line => (string)line!)];
}
