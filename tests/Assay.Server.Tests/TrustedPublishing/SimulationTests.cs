using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What would happen, told without any of it happening.</summary>
public sealed class SimulationTests
{
    [Fact]
    public async Task A_good_token_is_followed_from_its_shape_to_the_policy_that_decides()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        var simulation = await SimulateAsync(world, Token(world.Github()));

        Assert.Equal("granted", (string?)simulation["outcome"]);
        Assert.Equal(
            ["shape", "issuer", "key", "signature", "audience", "times"], simulation["token"]!.AsArray().Select(check => (string?)check!["check"]));
        Assert.All(simulation["token"]!.AsArray(), check => Assert.True((bool)check!["ok"]!));
        Assert.True((bool)simulation["rules"]!["ok"]!);
        var trial = Assert.Single(simulation["policies"]!.AsArray())!;
        Assert.True((bool)trial["applies"]!);
        Assert.Equal((string?)trial["policy"], (string?)simulation["decision"]!["policy"]);
        Assert.Equal("74", (string?)simulation["decision"]!["learns"]!["repository_id"]);
        Assert.Null((string?)simulation["notice"]);
        Assert.Empty(await world.PinsAsync());
    }

    [Fact]
    public async Task A_refusal_is_told_as_the_client_would_print_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = world.Github(new JsonObject { ["workflow_file"] = "evil.yml" });

        var simulation = await SimulateAsync(world, Token(token));
        using var real = await world.ExchangeAsync(token);

        Assert.Equal("workflow-mismatch", (string?)simulation["code"]);
        Assert.Equal(real.Notice(), (string?)simulation["notice"]);
        Assert.Equal(await real.ShouldExplainAsync(HttpStatusCode.Unauthorized, "workflow-mismatch"), (string?)simulation["text"]);
        var fields = Assert.Single(simulation["policies"]!.AsArray())!["fields"]!.AsArray();
        var workflow = fields.Single(field => (string?)field!["field"] == "workflow")!;
        Assert.Equal(("'publish.yml'", "evil.yml", "false"), ((string?)workflow["expected"], (string?)workflow["actual"], (string?)workflow["outcome"]));
        Assert.True((bool)fields.Single(field => (string?)field!["field"] == "repository")!["label"]!);
    }

    [Fact]
    public async Task What_nobody_says_is_unknown_and_not_false()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync("release");

        var simulation = await SimulateAsync(world, Token(world.Github(new JsonObject { ["environment"] = null })));

        var fields = Assert.Single(simulation["policies"]!.AsArray())!["fields"]!.AsArray();
        Assert.Equal("unknown", (string?)fields.Single(field => (string?)field!["field"] == "environment")!["outcome"]);
    }

    [Theory]
    [InlineData("audience", "wrong-audience")]
    [InlineData("times", "token-expired")]
    [InlineData("signature", "bad-signature")]
    [InlineData("key", "unknown-key")]
    public async Task A_token_that_is_not_good_goes_on_as_assumed_claims(string check, string code)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = check switch
        {
            "audience" => world.Ci.MintGithub(audience: "npm:elsewhere.example"),
            "signature" => world.Github(forgery: Forgery.BadSignature),
            "key" => world.Github(forgery: Forgery.UnknownKey),
            _ => world.Github(),
        };
        world.App.Clock.Advance(check == "times" ? TimeSpan.FromMinutes(10) : TimeSpan.Zero);

        var simulation = await SimulateAsync(world, Token(token));

        Assert.Equal(("refused", code), ((string?)simulation["outcome"], (string?)simulation["code"]));
        Assert.Contains(simulation["token"]!.AsArray(), one => (string?)one!["check"] == check && !(bool)one["ok"]!);
        Assert.Equal("granted", (string?)simulation["decision"]!["outcome"]);
    }

    [Fact]
    public async Task A_token_that_cannot_be_read_ends_at_its_shape_and_one_of_nobody_at_its_issuer()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        var garbage = await SimulateAsync(world, Token("garbage"));
        var foreign = await SimulateAsync(world, Token(world.Github(forgery: Forgery.WrongIssuer)));

        Assert.Equal("malformed-token", (string?)garbage["code"]);
        Assert.Equal(["shape"], garbage["token"]!.AsArray().Select(check => (string?)check!["check"]));
        Assert.Equal("unknown-issuer", (string?)foreign["code"]);
        Assert.Equal(["shape", "issuer"], foreign["token"]!.AsArray().Select(check => (string?)check!["check"]));
        Assert.Null(foreign["decision"]);
    }

    [Fact]
    public async Task Typed_claims_are_enough()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var claims = IdentityToken.Payload(world.Github());
        claims["ref_protected"] = "false";

        var simulation = await SimulateAsync(world, new JsonObject { ["claims"] = claims, ["binding"] = "github" });

        Assert.Equal("release-gate-not-met", (string?)simulation["code"]);
        Assert.Empty(simulation["token"]!.AsArray());
    }

    [Fact]
    public async Task Claims_that_break_the_providers_rules_end_there()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var claims = IdentityToken.Payload(world.Github());
        claims["event_name"] = "issue_comment";

        var simulation = await SimulateAsync(world, new JsonObject { ["claims"] = claims, ["binding"] = "github" });

        Assert.Equal("event-not-allowed", (string?)simulation["code"]);
        Assert.False((bool)simulation["rules"]!["ok"]!);
        Assert.Empty(simulation["policies"]!.AsArray());
    }

    [Fact]
    public async Task A_past_attempt_is_asked_again_under_the_policies_of_now()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "release.yml" }));
        var attempt = (long)(await world.AttemptsAsync())[0]!["id"]!;
        var before = await SimulateAsync(world, new JsonObject { ["attempt"] = attempt });
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(file: "release.yml"))).ShouldBeCreatedAsync();

        var after = await SimulateAsync(world, new JsonObject { ["attempt"] = attempt });

        Assert.Equal("workflow-mismatch", (string?)before["code"]);
        Assert.Equal("granted", (string?)after["outcome"]);
        Assert.Equal(2, after["policies"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_draft_is_tried_beside_what_is_written()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var draft = new JsonObject
        {
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/octo-repo", ["workflow"] = "release.yml" },
        };
        var body = Token(world.Github(new JsonObject { ["workflow_file"] = "release.yml" }));
        body["policy"] = draft;

        var simulation = await SimulateAsync(world, body);

        Assert.Equal(("granted", "draft"), ((string?)simulation["outcome"], (string?)simulation["decision"]!["policy"]));
        Assert.Equal(1, await world.App.ReadAsync(db => db.TrustPolicies.CountAsync()));
    }

    [Fact]
    public async Task A_deny_in_a_draft_shows_what_it_would_stop()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var body = Token(world.Github());
        body["policy"] = new JsonObject { ["effect"] = "deny", ["target"] = "@acme/*", ["actions"] = new JsonArray("publish") };

        var simulation = await SimulateAsync(world, body);

        Assert.Equal("denied-by-policy", (string?)simulation["code"]);
        Assert.Equal("deny", (string?)simulation["policies"]!.AsArray()[^1]!["effect"]);
    }

    [Fact]
    public async Task A_policy_that_has_no_say_is_named_with_its_reason()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var wide = await (new TestPolicy(TrustActions.Publish) { Target = "@acme/*" }).AddToAsync(world);

        var simulation = await SimulateAsync(world, Token(world.Github()));

        var passed = Assert.Single(simulation["passedOver"]!.AsArray())!;
        Assert.Equal((wide, "The package has policies of its own, and does not inherit."), ((string?)passed["policy"], (string?)passed["reason"]));
    }

    [Theory]
    [InlineData("2.0.0", null, "version-not-allowed")]
    [InlineData("1.4.0", "next", "tag-not-allowed")]
    [InlineData("1.4.0", null, null)]
    [InlineData(null, "next", "tag-not-allowed")]
    public async Task The_version_and_the_tag_are_judged_when_they_are_given(string? version, string? tag, string? code)
    {
        await using var world = await TrustWorld.StartAsync();
        await (new TestPolicy(TrustActions.Publish) { Limits = TestPolicy.LimitsOf("1.x", ["latest"]) }).AddToAsync(world);
        var body = Token(world.Github());
        body["version"] = version;
        body["tag"] = tag;

        var simulation = await SimulateAsync(world, body);

        Assert.Equal(code, (string?)simulation["code"]);
        Assert.Equal("granted", (string?)simulation["decision"]!["outcome"]);
        Assert.Equal(code is null, (bool)simulation["version"]!["ok"]!);
    }

    [Fact]
    public async Task Another_action_is_asked_for_by_its_name()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var body = Token(world.Github());
        body["action"] = "unpublish";

        var simulation = await SimulateAsync(world, body);

        Assert.Equal("action-not-granted", (string?)simulation["code"]);
    }

    [Fact]
    public async Task A_freeze_of_the_run_or_of_the_name_is_told()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.FrozenAsync(Select.Package(TrustWorld.Package));
        var name = await SimulateAsync(world, Token(world.Github()));
        await world.FrozenAsync(Select.Issuer("github"));

        var run = await SimulateAsync(world, Token(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" })));

        Assert.Equal(("publishing-frozen", "granted"), ((string?)name["code"], (string?)name["decision"]!["outcome"]));
        Assert.Equal(("publishing-frozen", "workflow-mismatch"), ((string?)run["code"], (string?)run["decision"]!["code"]));
        Assert.False((bool)run["frozen"]!["ok"]!);
    }

    [Fact]
    public async Task It_changes_nothing_at_all()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        var attempt = (long)(await world.AttemptsAsync())[0]!["id"]!;
        var identityToken = world.Github();
        var before = await StoredAsync(world);

        foreach (var body in new[] { Token(identityToken), Token(identityToken), Token("garbage"), Token(world.Github(forgery: Forgery.BadSignature)), new JsonObject { ["attempt"] = attempt } })
        {
            await SimulateAsync(world, body);
        }
        await world.SettledAsync();

        Assert.Equal(before, await StoredAsync(world));
        Assert.Empty(await world.PinsAsync());
        // Nor did it use up the token, or have its address or project count as refused.
        await (await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Neither_the_token_nor_anything_personal_comes_back()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = world.Github(new JsonObject { ["actor"] = "a-persons-name" });

        using var answer = await PostAsync(world, Token(token), world.Administrator);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("a-persons-name", text, StringComparison.Ordinal);
        Assert.All(token.Split('.'), segment => Assert.DoesNotContain(segment, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_for_those_who_may_see_the_attempts()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var mallory = await world.App.SignedInAsync("mallory");

        using var member = await PostAsync(world, Token(world.Github()), mallory);
        using var anonymous = await PostAsync(world, Token(world.Github()), null);
        using var unknown = await PostAsync(world, Token(world.Github()), mallory, "@acme/nothing-here");
        using var administrator = await PostAsync(world, Token(world.Github()), world.Administrator, "@acme/nothing-here");

        await member.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("no-matching-policy", (string?)(await administrator.ShouldBeAsync(HttpStatusCode.OK))["code"]);
    }

    [Fact]
    public async Task An_attempt_on_another_package_cannot_be_looked_at_through_ones_own()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.PublishAsync(world.Administrator, "1.0.0", "@acme/other");
        var attempt = (long)(await world.AttemptsAsync())[0]!["id"]!;

        using var answer = await PostAsync(world, new JsonObject { ["attempt"] = attempt }, world.Administrator, "@acme/other");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "attempt-not-found");
    }

    [Theory]
    [InlineData("""{"token":"x","attempt":1}""")]
    [InlineData("""{}""")]
    [InlineData("""{"claims":{}}""")]
    [InlineData("""{"binding":"github","token":"x"}""")]
    [InlineData("""{"token":7}""")]
    [InlineData("""{"attempt":"1"}""")]
    [InlineData("""{"attempt":1.5}""")]
    [InlineData("""{"token":"x","action":"everything"}""")]
    [InlineData("""{"token":"x","action":[]}""")]
    [InlineData("""{"token":"x","version":"one"}""")]
    [InlineData("""{"token":"x","tag":"1.x"}""")]
    [InlineData("""{"token":"x","policy":{"actionz":[]}}""")]
    [InlineData("""{"token":"x","mint":true}""")]
    [InlineData("""{"token":"x","package":"*"}""")]
    [InlineData("""[]""")]
    public async Task A_simulation_that_is_not_understood_is_refused(string json)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var body = JsonNode.Parse(json)!;
        (body as JsonObject)?.TryAdd("package", TrustWorld.Package);

        using var answer = await world.App.PostAsync("/-/assay/v1/trust/simulate", world.Administrator, body);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Claims_of_an_issuer_that_is_not_there_and_a_draft_that_is_no_policy_are_refused()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var noDraft = Token(world.Github());
        noDraft["policy"] = new JsonObject { ["actions"] = new JsonArray("publish") };

        using var noIssuer = await PostAsync(world, new JsonObject { ["claims"] = new JsonObject(), ["binding"] = "nowhere" }, world.Administrator);
        using var noPolicy = await PostAsync(world, noDraft, world.Administrator);

        await noIssuer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
        await noPolicy.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
    }

    [Fact]
    public async Task The_operator_reads_it_in_lines()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var body = Token(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        body["package"] = TrustWorld.Package;

        using var answer = await world.AdminAsync("/simulate", body);

        var lines = (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray().Select(line => (string)line!).ToList();
        Assert.Equal("publish @acme/hello: refused, workflow-mismatch", lines[0]);
        Assert.Contains(lines, line => line.Trim() == "NO  workflow: expected 'publish.yml', presented evil.yml");
        Assert.Contains(lines, line => line.Contains("npm would print: Trusted publishing refused for @acme/hello", StringComparison.Ordinal));
    }

    private static JsonObject Token(string token) => new() { ["token"] = token };

    private static async Task<JsonObject> SimulateAsync(TrustWorld world, JsonObject body)
    {
        using var answer = await PostAsync(world, body, world.Administrator);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    private static Task<HttpResponseMessage> PostAsync(TrustWorld world, JsonObject body, string? token, string package = TrustWorld.Package)
    {
        body["package"] = package;
        return world.App.PostAsync("/-/assay/v1/trust/simulate", token, body);
    }

    /// <summary>Everything that an exchange writes.</summary>
    private static Task<string> StoredAsync(TrustWorld world) => world.App.ReadAsync(async db => string.Join('\n',
        $"tokens {await db.PublishTokens.CountAsync()}",
        $"replays {await db.Replays.CountAsync()}",
        $"attempts {await db.ExchangeAttempts.CountAsync()}",
        $"audit {await db.AuditEvents.CountAsync()}",
        string.Join('\n', await db.TrustPolicies.OrderBy(row => row.Id).Select(row => $"{row.Id} {row.Rules} {row.LastUsedAt} {row.EndsAt}").ToListAsync())));
}
