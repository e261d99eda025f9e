using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Where and how the clients send the exchange.</summary>
public sealed class ExchangeWireTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    private const string Exchange = "/-/npm/v1/oidc/token/exchange/package/";

    [Theory]
    [InlineData("@acme/hello")]
    [InlineData("@acme%2fhello")]
    [InlineData("@acme%2Fhello")]
    [InlineData("%40acme%2Fhello")]
    [InlineData("%40acme%2fhello")]
    [InlineData("%40acme/hello")]
    public async Task Every_spelling_of_a_scoped_name_is_the_same_package(string spelling)
    {
        using var answer = await shared.World.App.SendAsync(HttpMethod.Post, Exchange + spelling, shared.World.Github());

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("@acme%2f..%2fhello")]
    [InlineData(".hidden")]
    [InlineData("node_modules")]
    public async Task What_is_no_name_is_refused_as_such(string name)
    {
        using var answer = await shared.World.App.SendAsync(HttpMethod.Post, Exchange + name, shared.World.Github());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-name");
    }

    // A proxy that decodes once would see another name than this registry.
    [Theory]
    [InlineData("@acme%252fhello")]
    [InlineData("%2540acme%252fhello")]
    public async Task A_name_that_is_encoded_twice_leads_nowhere(string name)
    {
        using var answer = await shared.World.App.SendAsync(HttpMethod.Post, Exchange + name, shared.World.Github());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    // npm and pnpm ask for the host alone, Yarn for host and port.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_audience_is_the_host_with_or_without_its_port(bool withPort)
    {
        var audience = withPort ? $"npm:localhost:{shared.World.App.Url.Port}" : "npm:localhost";

        using var answer = await shared.World.ExchangeAsync(shared.World.Ci.MintGithub(audience: audience));

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_host_header_has_no_say_in_the_audience()
    {
        using var answer = await shared.World.ExchangeAsync(
            shared.World.Ci.MintGithub(audience: "npm:evil.example"), headers: headers => headers.Host = "evil.example");

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "wrong-audience");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("", "text/plain;charset=UTF-8")]
    [InlineData("{}", "application/json")]
    public async Task The_body_and_its_type_do_not_matter(string body, string? type)
    {
        using var content = new StringContent(body);
        content.Headers.Remove("content-type");
        content.Headers.TryAddWithoutValidation("content-type", type);

        using var answer = await shared.World.App.SendAsync(
            HttpMethod.Post, TrustWorld.ExchangePath(TrustWorld.Package), shared.World.Github(), content);

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_exchange_is_never_challenged_and_never_stored()
    {
        using var granted = await shared.World.ExchangeAsync(shared.World.Github());
        using var refused = await shared.World.ExchangeAsync(shared.World.Github(new JsonObject { ["repository"] = "mallory/x" }));
        using var empty = await shared.World.ExchangeAsync(null);

        Assert.All([granted, refused, empty], answer =>
        {
            Assert.Empty(answer.Headers.WwwAuthenticate);
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        });
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Only_a_post_exchanges(string method)
    {
        using var answer = await shared.World.App.SendAsync(new HttpMethod(method), TrustWorld.ExchangePath(TrustWorld.Package), shared.World.Github());

        Assert.False(answer.IsSuccessStatusCode);
        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    // npm and Lerna drop the registry's path when they exchange; pnpm and Yarn keep it.
    [Theory]
    [InlineData("")]
    [InlineData("/sub")]
    public async Task Under_a_path_the_exchange_answers_there_and_at_the_hosts_root(string prefix)
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:PublicUrl=http://localhost:4873/sub/"]);
        await CreatePolicyAsync(world);

        using var exchanged = await world.App.SendAsync(HttpMethod.Post, prefix + TrustWorld.ExchangePath(TrustWorld.Package), world.Github());

        var token = (string)(await exchanged.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        using var published = await world.App.PutAsync("/sub/@acme%2fhello", token, new TestPackage(TrustWorld.Package, "1.0.0").Document());
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Under_a_path_nothing_else_answers_at_the_root()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:PublicUrl=http://localhost:4873/sub/"]);
        await CreatePolicyAsync(world);
        using var exchanged = await world.App.SendAsync(HttpMethod.Post, TrustWorld.ExchangePath(TrustWorld.Package), world.Github());
        var token = (string)(await exchanged.JsonAsync())["token"]!;

        using var published = await world.App.PutAsync("/@acme%2fhello", token, new TestPackage(TrustWorld.Package, "1.0.0").Document());

        Assert.Equal(HttpStatusCode.NotFound, published.StatusCode);
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task The_public_url_decides_the_audience()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/", "--Assay:Identity:SecondFactor=enrolled"]);
        await world.TrustGithubAsync();

        using var its = await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:npm.acme.example"));
        using var withPort = await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:npm.acme.example:443"));
        using var listening = await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:localhost"));

        await its.ShouldBeAsync(HttpStatusCode.Created);
        await withPort.ShouldBeAsync(HttpStatusCode.Created);
        await listening.ShouldExplainAsync(HttpStatusCode.Unauthorized, "wrong-audience");
    }

    private static async Task CreatePolicyAsync(TrustWorld world)
    {
        using var answer = await world.App.PostAsync("/sub/-/package/@acme%2fhello/trust", world.Administrator, new JsonArray(TrustRequest.Github()));
        await answer.ShouldBeCreatedAsync();
    }
}
