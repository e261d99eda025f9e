using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>How often an issuer is asked for its keys, and what is done when it cannot be.</summary>
public sealed class IssuerKeysTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    [Fact]
    public async Task Keys_are_fetched_once_and_used_for_an_hour()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangedAsync(world.Github());
        world.App.Clock.Advance(TimeSpan.FromMinutes(59));
        await world.ExchangedAsync(world.Github());
        var withinTheHour = world.Ci.KeyRequests;
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.ExchangedAsync(world.Github());

        Assert.Equal(1, withinTheHour);
        Assert.Equal(2, world.Ci.KeyRequests);
    }

    [Fact]
    public async Task Exchanges_that_come_at_once_share_one_fetch()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.ExchangeAsync(world.Github())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(1, world.Ci.KeyRequests);
    }

    [Fact]
    public async Task A_rotated_key_is_picked_up_with_the_first_token_that_names_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        world.Ci.RotateKeys();

        using var answer = await world.ExchangeAsync(world.Github());

        await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(2, world.Ci.KeyRequests);
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_makes_one_fetch_a_cool_down()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        for (var minute = 0; minute < 3; minute++)
        {
            world.App.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.ExchangeAsync(world.Github(forgery: Forgery.UnknownKey))));
        }

        Assert.Equal(1 + 3, world.Ci.KeyRequests);
        await world.PublishFromGithubAsync("1.0.1");
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_no_longer_believed_once_the_keys_are_old()
    {
        await using var world = await TrustWorld.WithPolicyAsync(environment: null, "--Assay:TrustedPublishing:KeysMinutes=1");
        var token = world.Github();
        await world.ExchangedAsync(token);
        world.Ci.RotateKeys(keepOlder: false);
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));

        using var answer = await world.ExchangeAsync(token);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-key");
    }

    [Fact]
    public async Task While_the_issuer_is_down_its_old_keys_stay_in_use_for_a_day()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        await world.ExchangedAsync(issuer.Mint(world));
        issuer.Discovery = Failing;
        world.App.Clock.Advance(TimeSpan.FromHours(23));

        using var onTheSameDay = await world.ExchangeAsync(issuer.Mint(world));
        world.App.Clock.Advance(TimeSpan.FromHours(2));
        using var afterIt = await world.ExchangeAsync(issuer.Mint(world));

        await onTheSameDay.ShouldBeAsync(HttpStatusCode.Created);
        await afterIt.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
    }

    [Fact]
    public async Task Without_any_keys_the_answer_is_to_try_again_and_soon_it_works()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        var honest = issuer.Discovery;
        issuer.Discovery = Failing;

        using var down = await world.ExchangeAsync(issuer.Mint(world));
        using var stillDown = await world.ExchangeAsync(issuer.Mint(world));
        issuer.Discovery = honest;
        world.App.Clock.Advance(TimeSpan.FromSeconds(5));
        using var up = await world.ExchangeAsync(issuer.Mint(world));

        await down.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        await stillDown.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        await up.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(2, issuer.DiscoveryRequests);
    }

    // Each waiter would otherwise sit out a time limit of its own, one after the other.
    [Fact]
    public async Task Those_who_wait_while_an_issuer_times_out_do_not_each_ask_it_again()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        issuer.Discovery = context =>
        {
            world.App.Clock.Advance(TimeSpan.FromSeconds(10));
            return Failing(context);
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.ExchangeAsync(issuer.Mint(world))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.Equal(1, issuer.DiscoveryRequests);
    }

    [Fact]
    public async Task What_is_wrong_with_an_issuer_is_told_to_its_operator_and_not_to_the_caller()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        issuer.Discovery = Failing;

        using var answer = await world.ExchangeAsync(issuer.Mint(world));

        var text = await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        Assert.DoesNotContain("500", text, StringComparison.Ordinal);
        Assert.Contains("./run admin issuer check github", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uploaded_keys_are_used_without_asking_anybody()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url, with: body => body["jwks"] = issuer.KeySet.ToJsonString());
        await world.TrustGithubAsync();

        using var known = await world.ExchangeAsync(issuer.Mint(world));
        using var unknown = await world.ExchangeAsync(issuer.Mint(world, keyId: "another"));

        await known.ShouldBeAsync(HttpStatusCode.Created);
        await unknown.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-key");
        Assert.Empty(issuer.Requests);
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "issuer", "\"https://token.actions.githubusercontent.com\"" },
        { "issuer", "\"{issuer}/\"" },
        { "issuer", "null" },
        { "jwks_uri", "\"http://localhost:{port}/keys\"" },
        { "jwks_uri", "\"https://{authority}/keys\"" },
        { "jwks_uri", "\"http://127.0.0.1/keys\"" },
        { "jwks_uri", "\"file:///etc/passwd\"" },
        { "jwks_uri", "\"/keys\"" },
        { "jwks_uri", "null" },
    };

    // Keys from elsewhere would hand the trust in this issuer to whoever runs that place.
    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_discovery_document_that_points_away_from_its_issuer_is_not_followed(string member, string value)
    {
        await using var issuer = await BoundStubAsync(shared.World);
        var document = issuer.DiscoveryDocument;
        document[member] = JsonNode.Parse(value
            .Replace("{issuer}", issuer.Url.OriginalString, StringComparison.Ordinal).Replace("{authority}", issuer.Url.Authority, StringComparison.Ordinal)
            .Replace("{port}", $"{issuer.Url.Port}", StringComparison.Ordinal));
        issuer.Discovery = StubIssuer.Answering(document.ToJsonString());

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        Assert.Equal(["/.well-known/openid-configuration"], issuer.Requests);
    }

    [Fact]
    public async Task Keys_on_another_host_are_not_even_asked_for()
    {
        await using var issuer = await BoundStubAsync(shared.World);
        await using var other = await StubIssuer.StartAsync();
        var document = issuer.DiscoveryDocument;
        document["jwks_uri"] = other.Url.OriginalString + "/keys";
        issuer.Discovery = StubIssuer.Answering(document.ToJsonString());

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("not json")]
    [InlineData("{\"issuer\":1}")]
    [InlineData("{\"issuer\":{},\"jwks_uri\":[]}")]
    public async Task A_discovery_document_that_is_none_is_refused_and_never_an_accident(string document)
    {
        await using var issuer = await BoundStubAsync(shared.World);
        issuer.Discovery = StubIssuer.Answering(document);

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
    }

    [Theory]
    [InlineData("", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("null", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("[]", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("not json", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":null}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":{}}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":[]}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":[1,\"x\",null]}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\"}]}", "key-not-suitable", HttpStatusCode.Unauthorized)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\",\"kty\":\"oct\",\"use\":\"sig\",\"k\":\"AAAA\"}]}", "key-not-suitable", HttpStatusCode.Unauthorized)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\",\"kty\":\"RSA\",\"use\":\"sig\",\"n\":\"!!\",\"e\":\"AQAB\"}]}", "key-not-suitable", HttpStatusCode.Unauthorized)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\",\"kty\":\"RSA\",\"use\":\"sig\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", "key-not-suitable", HttpStatusCode.Unauthorized)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\",\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", "key-not-suitable", HttpStatusCode.Unauthorized)]
    public async Task A_key_set_that_is_none_is_refused_and_never_an_accident(string keys, string code, HttpStatusCode status)
    {
        await using var issuer = await BoundStubAsync(shared.World);
        issuer.Keys = StubIssuer.Answering(keys);

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(status, code);
    }

    [Theory]
    [InlineData("n", "\"!!\"")]
    [InlineData("n", "null")]
    [InlineData("e", "\"!!\"")]
    [InlineData("e", "\"\"")]
    [InlineData("e", "null")]
    [InlineData("alg", "\"RS512\"")]
    [InlineData("use", "\"enc\"")]
    [InlineData("use", "null")]
    [InlineData("kty", "\"EC\"")]
    public async Task A_key_that_is_broken_or_meant_for_something_else_verifies_nothing(string member, string value)
    {
        await using var issuer = await BoundStubAsync(shared.World);
        var keys = issuer.KeySet;
        keys["keys"]![0]![member] = JsonNode.Parse(value);
        issuer.Keys = StubIssuer.Answering(keys.ToJsonString());

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "key-not-suitable");
    }

    private static async Task<StubIssuer> TrustedStubAsync(TrustWorld world)
    {
        var issuer = await StubIssuer.StartAsync();
        await (await world.AddIssuerAsync("github", issuer.Url)).ShouldBeAsync(HttpStatusCode.OK);
        await world.TrustGithubAsync();
        return issuer;
    }

    private static async Task<StubIssuer> BoundStubAsync(TrustWorld world)
    {
        var issuer = await StubIssuer.StartAsync();
        await (await world.AddIssuerAsync("github", issuer.Url, with: body => body["id"] = $"stub-{issuer.Url.Port}")).ShouldBeAsync(HttpStatusCode.OK);
        return issuer;
    }

    private static Task Failing(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }
}
