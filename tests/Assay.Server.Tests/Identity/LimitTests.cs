using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Identity;

/// <summary>How much one address, account, CI project or package may do in a minute.</summary>
public sealed class LimitTests
{
    private static readonly string[] Proxies = ["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"];

    [Theory]
    [InlineData("POST", "/-/v1/login", "{}")]
    [InlineData("PUT", "/-/user/org.couchdb.user:alice", """{"name":"alice","password":"a long enough password"}""")]
    [InlineData("POST", "/-/sign-in", "")]
    [InlineData("POST", "/-/login/0123456789", "")]
    public async Task Sign_ins_from_one_address_have_to_wait_right_ones_too(string method, string path, string body)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Limits:SignInsPerAddress=2", .. Proxies]);
        await app.SignedInAsync("alice");
        for (var number = 0; number < 2; number++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await SendAsync("203.0.113.1")).StatusCode);
        }

        using var third = await SendAsync("203.0.113.1");
        using var elsewhere = await SendAsync("203.0.113.2");

        var text = await third.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Contains("Assay:Limits:SignInsPerAddress", text);
        Assert.Equal(TimeSpan.FromSeconds(30), third.Headers.RetryAfter!.Delta);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, elsewhere.StatusCode);
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await SendAsync("203.0.113.1")).StatusCode);

        Task<HttpResponseMessage> SendAsync(string from) => app.SendAsync(
            HttpMethod.Parse(method), path, token: null, body.Length == 0 ? new FormUrlEncodedContent([]) : RegistryApp.Json(JsonNode.Parse(body)!),
            headers => headers.TryAddWithoutValidation("X-Forwarded-For", from));
    }

    [Fact]
    public async Task Changes_count_for_the_account_whatever_the_token()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Limits:ChangesPerAccount=3"]);
        var (alice, bob) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"));
        var other = await app.TokenAsync(alice, new JsonObject { ["name"] = "other", ["packages_and_scopes_permission"] = "read-write" });
        await TagAsync(alice);
        await TagAsync(other);

        using var fourth = await TagAsync(other);
        using var read = await app.GetAsync("/-/whoami", alice);
        using var somebodyElse = await TagAsync(bob);

        var text = await fourth.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Contains("Assay:Limits:ChangesPerAccount", text);
        Assert.InRange(fourth.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, somebodyElse.StatusCode);

        Task<HttpResponseMessage> TagAsync(string token) => app.PutAsync("/-/package/@acme%2fnone/dist-tags/next", token, JsonValue.Create("1.0.0"));
    }

    [Theory]
    [InlineData("--Assay:Limits:ReadsPerAccount=2", true)]
    [InlineData("--Assay:Limits:ReadsPerAddress=2", false)]
    public async Task Reads_are_limited_where_that_is_wanted(string limit, bool isAccount)
    {
        await using var app = await RegistryApp.StartAsync([limit]);
        var alice = await app.SignedInAsync("alice");

        List<HttpStatusCode> signedIn = [], anonymous = [];
        for (var number = 0; number < 3; number++)
        {
            signedIn.Add((await app.GetAsync("/-/whoami", alice)).StatusCode);
            anonymous.Add((await app.GetAsync("/-/ping")).StatusCode);
        }

        Assert.Equal(isAccount, signedIn[^1] == HttpStatusCode.TooManyRequests);
        Assert.Equal(!isAccount, anonymous[^1] == HttpStatusCode.TooManyRequests);
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, signedIn.Take(2).Concat(anonymous.Take(2)));
    }

    [Fact]
    public async Task The_question_of_an_install_about_advisories_is_no_change()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Limits:ChangesPerAccount=1"]);
        var alice = await app.SignedInAsync("alice");

        for (var number = 0; number < 3; number++)
        {
            using var answer = await app.PostAsync("/-/npm/v1/security/advisories/bulk", alice, new JsonObject());
            Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("ExchangesPerProject")]
    [InlineData("ExchangesPerPackage")]
    public async Task Granted_exchanges_have_to_wait_and_say_for_how_long(string limit)
    {
        await using var world = await TrustWorld.WithPolicyAsync(environment: null, $"--Assay:Limits:{limit}=2");
        await world.ExchangedAsync(world.Github());
        await world.ExchangedAsync(world.Github());

        using var third = await world.ExchangeAsync(world.Github());

        var text = await third.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-exchanges");
        Assert.Contains($"Assay:Limits:{limit}", text);
        Assert.Equal(TimeSpan.FromSeconds(30), third.Headers.RetryAfter!.Delta);
        world.App.Clock.Advance(TimeSpan.FromSeconds(30));
        await world.ExchangedAsync(world.Github());
    }

    [Fact]
    public async Task What_a_run_reads_counts_for_no_address_and_no_account()
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, "--Assay:Limits:ReadsPerAddress=1", "--Assay:Limits:ReadsPerAccount=1");
        var run = await world.ExchangedAsync(world.Github());

        for (var number = 0; number < 3; number++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await world.App.GetAsync("/@acme%2fhello", run)).StatusCode);
        }
        await world.App.GetAsync("/-/ping");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.App.GetAsync("/-/ping")).StatusCode);
    }

    // Ids of projects are only those of their CI.
    [Fact]
    public async Task Exchanges_of_a_project_of_the_same_id_at_another_CI_take_nothing_from_one()
    {
        await using var world = await TrustWorld.WithPolicyAsync(environment: null, "--Assay:Limits:ExchangesPerProject=1");
        await (await world.TrustAsync("@acme/b", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await world.ExchangedAsync(world.Github(new JsonObject { ["repository_id"] = "4711" }));

        await world.ExchangedAsync(world.Ci.MintGitlab(new JsonObject { ["project_id"] = "4711" }), "@acme/b");
    }

    [Fact]
    public async Task What_strangers_are_refused_takes_nothing_from_a_package()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(environment: null, "--Assay:Limits:ExchangesPerPackage=2");
        for (var number = 0; number < 5; number++)
        {
            using var refused = await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "999", ["repository_owner_id"] = "998" }));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        await world.ExchangedAsync(world.Github());
    }

    [Theory]
    [InlineData("member")]
    [InlineData("run")]
    public async Task A_package_is_changed_so_often_and_other_packages_meanwhile(string caller)
    {
        await using var world = await TrustWorld.WithPolicyAsync(environment: null, "--Assay:Limits:ChangesPerPackage=2");
        var alice = await world.App.SignedInAsync("alice");
        List<HttpResponseMessage> answers = [];
        for (var version = 0; version < 3; version++)
        {
            answers.Add(caller == "run"
                ? await world.PublishAsync(await world.ExchangedAsync(world.Github()), $"1.0.{version}")
                : await new TestPackage("@free/x", $"1.0.{version}").PublishAsync(world.App, alice));
        }

        var other = await new TestPackage("@free/y", "1.0.0").PublishAsync(world.App, alice);

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created], answers.Take(2).Select(answer => answer.StatusCode));
        var text = await answers[2].ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Contains("Assay:Limits:ChangesPerPackage", text);
        Assert.Equal(TimeSpan.FromSeconds(30), answers[2].Headers.RetryAfter!.Delta);
        await other.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_strangers_try_with_a_package_takes_nothing_from_it()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Limits:ChangesPerPackage=2"]);
        var (alice, bob) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        for (var number = 0; number < 5; number++)
        {
            await (await new TestPackage("@acme/x", "2.0.0").PublishAsync(app, bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        }

        await (await new TestPackage("@acme/x", "1.0.1").PublishAsync(app, alice)).ShouldBeAsync(HttpStatusCode.Created);
    }

    // A name must not be guessed at from everywhere, and whoever guesses must not keep its person out.
    [Fact]
    public async Task Guesses_from_many_addresses_hold_up_strangers_and_not_whoever_signed_in_there_before()
    {
        await using var app = await RegistryApp.StartAsync(Proxies);
        await app.SignedInAsync("alice");
        await (await LoginAsync("203.0.113.200", RegistryApp.Password)).ShouldBeAsync(HttpStatusCode.Created);
        for (var guess = 0; guess < 20; guess++)
        {
            await (await LoginAsync($"203.0.113.{guess}", "a wrong password")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        }

        using var stranger = await LoginAsync("203.0.113.100", "a wrong password");
        using var person = await LoginAsync("203.0.113.200", RegistryApp.Password);

        await stranger.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-sign-ins");
        await person.ShouldBeAsync(HttpStatusCode.Created);

        Task<HttpResponseMessage> LoginAsync(string from, string password) => app.SendAsync(
            HttpMethod.Put, "/-/user/org.couchdb.user:alice", token: null, RegistryApp.Json(new JsonObject { ["name"] = "alice", ["password"] = password }),
            headers => headers.TryAddWithoutValidation("X-Forwarded-For", from));
    }
}
