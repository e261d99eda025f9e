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
    public async Task Two_hundred_tokens_that_each_name_another_key_make_one_fetch_in_a_minute()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        await world.ExchangedAsync(issuer.Mint(world));
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));

        var codes = new HashSet<string?>();
        for (var number = 0; number < 200; number++)
        {
            using var answer = await world.ExchangeAsync(issuer.Mint(world, keyId: $"key-{number}"));
            codes.Add((string?)(await answer.JsonAsync())["code"]);
            world.App.Clock.Advance(TimeSpan.FromMilliseconds(290));
        }

        Assert.Equal(["unknown-key"], codes);
        Assert.Equal(1 + 1, issuer.DiscoveryRequests);
        await world.ExchangedAsync(issuer.Mint(world));
    }

    // A flood must not turn into requests to an issuer that is down already.
    [Fact]
    public async Task While_the_issuer_is_down_unknown_keys_make_a_fetch_every_five_seconds_at_most()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        await world.ExchangedAsync(issuer.Mint(world));
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        issuer.Discovery = Failing;

        for (var number = 0; number < 60; number++)
        {
            using var answer = await world.ExchangeAsync(issuer.Mint(world, keyId: $"key-{number}"));
            await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-key");
            world.App.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1 + 12, issuer.DiscoveryRequests);
    }

    [Fact]
    public async Task While_the_issuer_hangs_its_old_keys_serve_at_once()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync(["--Assay:TrustedPublishing:FetchSeconds=60"]);
        await using var issuer = await TrustedStubAsync(world);
        await world.ExchangedAsync(issuer.Mint(world));
        var release = new TaskCompletionSource();
        issuer.Discovery = context => release.Task.ContinueWith(_ => Failing(context), TaskScheduler.Default).Unwrap();
        world.App.Clock.Advance(TimeSpan.FromHours(1));

        // The first one gives the issuer a second, because a key may have been withdrawn.
        var first = world.ExchangeAsync(issuer.Mint(world));
        await Eventually.HoldsAsync(() => issuer.DiscoveryRequests == 2);
        var isWaiting = !first.IsCompleted;
        await Eventually.HoldsAsync(() =>
        {
            world.App.Clock.Advance(TimeSpan.FromSeconds(1));
            return first.IsCompleted;
        });
        using var afterAMoment = await first;
        using var whileItHangs = await world.ExchangeAsync(issuer.Mint(world));
        world.App.Clock.Advance(TimeSpan.FromHours(22));
        using var almostADayLater = await world.ExchangeAsync(issuer.Mint(world));
        world.App.Clock.Advance(TimeSpan.FromHours(1));
        var tooOld = world.ExchangeAsync(issuer.Mint(world));
        release.SetResult();
        using var afterADay = await tooOld;

        Assert.True(isWaiting);
        await afterAMoment.ShouldBeAsync(HttpStatusCode.Created);
        await whileItHangs.ShouldBeAsync(HttpStatusCode.Created);
        await almostADayLater.ShouldBeAsync(HttpStatusCode.Created);
        await afterADay.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        Assert.Equal(2, issuer.DiscoveryRequests);
    }

    [Fact]
    public async Task After_a_failure_nobody_waits_while_the_keys_are_fetched_again()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync(["--Assay:TrustedPublishing:FetchSeconds=60"]);
        await using var issuer = await TrustedStubAsync(world);
        await world.ExchangedAsync(issuer.Mint(world));
        issuer.Discovery = Failing;
        world.App.Clock.Advance(TimeSpan.FromHours(1));
        await world.ExchangedAsync(issuer.Mint(world));
        var release = new TaskCompletionSource();
        issuer.Discovery = context => release.Task.ContinueWith(_ => StubIssuer.Answering(issuer.DiscoveryDocument.ToJsonString())(context), TaskScheduler.Default).Unwrap();
        world.App.Clock.Advance(TimeSpan.FromSeconds(5));

        await world.ExchangedAsync(issuer.Mint(world));
        release.SetResult();
        await Eventually.HoldsAsync(() => issuer.Requests.Count(path => path == "/keys") == 2);
        await Eventually.HoldsAsync(async () => (await world.LinesAsync("/issuer/list"))[0].EndsWith("1 keys, fetched " + Time(world.App.Clock.GetUtcNow()), StringComparison.Ordinal));

        Assert.Equal(3, issuer.DiscoveryRequests);
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
        Assert.DoesNotContain("answered", text, StringComparison.Ordinal);
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
        { "jwks_uri", "\"http://127.0.0.1:1/keys\"" },
        { "jwks_uri", "\"http://someone@{authority}/keys\"" },
        { "jwks_uri", "\"http://{authority}@ci.acme.example/keys\"" },
        { "jwks_uri", "\"file:///etc/passwd\"" },
        { "jwks_uri", "\"gopher://{authority}/keys\"" },
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
    [InlineData("{\"issuer\":\"\\ud800\",\"jwks_uri\":\"\\udfff\"}")]
    [InlineData("{\"issuer\":\"{issuer}\",\"jwks_uri\":\"{issuer}/keys\"")]
    [InlineData("{\"issuer\":\"{issuer}\",\"issuer\":\"{issuer}\",\"jwks_uri\":\"{issuer}/keys\"}")]
    [InlineData("{\"issuer\":\"{issuer}\",\"jwks_uri\":\"https://evil.example/keys\",\"jwks_uri\":\"{issuer}/keys\"}")]
    public async Task A_discovery_document_that_is_none_is_refused_and_never_an_accident(string document)
    {
        await using var issuer = await BoundStubAsync(shared.World);
        issuer.Discovery = StubIssuer.Answering(document.Replace("{issuer}", issuer.Url.OriginalString, StringComparison.Ordinal));

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World));

        await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
    }

    // AKS and buckets have issuers that end in a slash, and the slash is part of them.
    [Theory]
    [InlineData("/tenant/cluster/", "/tenant/cluster/", HttpStatusCode.Created)]
    [InlineData("/tenant/cluster/", "/tenant/cluster", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/tenant/cluster", "/tenant/cluster/", HttpStatusCode.ServiceUnavailable)]
    public async Task A_trailing_slash_belongs_to_the_issuer(string bound, string said, HttpStatusCode status)
    {
        await using var issuer = await StubIssuer.StartAsync();
        var document = issuer.DiscoveryDocument;
        document["issuer"] = issuer.Url.OriginalString + said;
        issuer.Elsewhere["/tenant/cluster/.well-known/openid-configuration"] = StubIssuer.Answering(document.ToJsonString());
        await (await shared.World.AddIssuerAsync("github", new Uri(issuer.Url.OriginalString + bound), with: body => body["id"] = $"stub-{issuer.Url.Port}")).ShouldBeAsync(HttpStatusCode.OK);
        await shared.World.WrittenPolicyAsync(PolicyRequest.Github($"@acme/slash-{issuer.Url.Port}", policy => policy["binding"] = $"stub-{issuer.Url.Port}"));

        using var answer = await shared.World.ExchangeAsync(
            issuer.Mint(shared.World, new JsonObject { ["iss"] = issuer.Url.OriginalString + bound }), $"@acme/slash-{issuer.Url.Port}");

        Assert.Equal(status, answer.StatusCode);
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
    [InlineData("{\"keys\":[{\"kid\":\"\\ud800\",\"kty\":\"RSA\"}]}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":[{\"kid\":\"stub-key\",\"kid\":\"other\",\"kty\":\"RSA\"}]}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{\"keys\":[{\"kid\":\"a\",\"kty\":\"RSA\"}],\"keys\":[{\"kid\":\"stub-key\",\"kty\":\"RSA\"}]}", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "issuer-unreachable", HttpStatusCode.ServiceUnavailable)]
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

    [Theory]
    [InlineData(100, HttpStatusCode.Created)]
    [InlineData(101, HttpStatusCode.ServiceUnavailable)]
    public async Task A_key_set_holds_a_hundred_keys_at_most(int count, HttpStatusCode status)
    {
        await using var issuer = await StubIssuer.StartAsync();
        var keys = issuer.KeySet;
        for (var number = 1; number < count; number++)
        {
            keys["keys"]!.AsArray().Insert(0, new JsonObject { ["kid"] = $"key-{number}", ["kty"] = "EC" });
        }
        issuer.Keys = StubIssuer.Answering(keys.ToJsonString());
        var id = $"stub-{issuer.Url.Port}";
        await (await shared.World.AddIssuerAsync("github", issuer.Url, with: body => body["id"] = id)).ShouldBeAsync(HttpStatusCode.OK);
        await shared.World.WrittenPolicyAsync(PolicyRequest.Github($"@acme/keys-{issuer.Url.Port}", policy => policy["binding"] = id));

        using var answer = await shared.World.ExchangeAsync(issuer.Mint(shared.World), $"@acme/keys-{issuer.Url.Port}");

        Assert.Equal(status, answer.StatusCode);
    }

    // What an operator allows a moment later must not wait for the cool-down of the attempt before.
    [Fact]
    public async Task A_changed_issuer_is_asked_anew_at_once()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await TrustedStubAsync(world);
        issuer.Discovery = Failing;
        using var before = await world.ExchangeAsync(issuer.Mint(world));
        issuer.Discovery = StubIssuer.Answering(issuer.DiscoveryDocument.ToJsonString());

        await world.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "github", ["addresses"] = new JsonArray("10.0.0.0/8") });
        using var after = await world.ExchangeAsync(issuer.Mint(world));

        await before.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        await after.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

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
