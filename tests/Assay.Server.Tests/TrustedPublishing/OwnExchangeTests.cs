using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>The exchange for what npm cannot ask for.</summary>
public sealed class OwnExchangeTests
{
    private static readonly string FiftyOne = string.Join(',', Enumerable.Range(0, 51).Select(number => $"\"@acme/p{number}\""));

    public static TheoryData<string, string> Malformed => new()
    {
        { "", "two lists of texts" },
        { "null", "two lists of texts" },
        { "[]", "two lists of texts" },
        { "{}", "two lists of texts" },
        { """{"actions":["read"]}""", "two lists of texts" },
        { """{"packages":["@acme/x"]}""", "two lists of texts" },
        { """{"actions":"read","packages":["@acme/x"]}""", "two lists of texts" },
        { """{"actions":["read"],"packages":"@acme/x"}""", "two lists of texts" },
        { """{"actions":["read",1],"packages":["@acme/x"]}""", "two lists of texts" },
        { """{"actions":["read"],"packages":["@acme/x",null]}""", "two lists of texts" },
        { """{"actions":["read"],"packages":["@acme/x"],"minutes":600}""", "two lists of texts" },
        { """{"Actions":["read"],"packages":["@acme/x"]}""", "two lists of texts" },
        { """{"actions":[],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["write"],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["Read"],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["publish","dist-tag"],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["dist-tag","read"],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["publish","read"],"packages":["@acme/x"]}""", "'actions'" },
        { """{"actions":["read"],"packages":[]}""", "'packages'" },
        { """{"actions":["read"],"packages":["*"]}""", "'packages'" },
        { """{"actions":["read"],"packages":["@*/x"]}""", "'packages'" },
        { """{"actions":["read"],"packages":["@acme/x","../x"]}""", "'packages'" },
        { """{"actions":["read"],"packages":["react*"]}""", "'packages'" },
        { """{"actions":["read"],"packages":["@acme/*-x"]}""", "'packages'" },
        { $$"""{"actions":["read"],"packages":[{{FiftyOne}}]}""", "'packages'" },
        { """{"actions":["publish"],"packages":["@acme/x","@acme/y"]}""", "'packages'" },
        { """{"actions":["publish"],"packages":["@acme/*"]}""", "'packages'" },
        { """{"actions":["stage"],"packages":[]}""", "'packages'" },
        { """{"actions":["dist-tag","unpublish"],"packages":["@acme/ui-*"]}""", "'packages'" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_body_that_is_not_understood_is_refused_with_what_to_write(string body, string hint)
    {
        await using var world = await TrustWorld.StartAsync();
        using var content = new StringContent(body);

        using var answer = await world.App.SendAsync(HttpMethod.Post, TokenUse.OwnExchange, world.Github(), content);

        Assert.Contains(hint, await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-exchange"), StringComparison.Ordinal);
        Assert.Empty(await world.LiveTokensAsync());
    }

    [Theory]
    [InlineData("""{"actions":["read"],"actions":["publish"],"packages":["@acme/x"]}""")]
    [InlineData("""{"actions":["read"],"packages":["@acme/x"]""")]
    public async Task A_body_that_is_no_strict_json_is_refused(string body)
    {
        await using var world = await TrustWorld.StartAsync();
        using var content = new StringContent(body);

        using var answer = await world.App.SendAsync(HttpMethod.Post, TokenUse.OwnExchange, world.Github(), content);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "malformed-json");
    }

    [Theory]
    [InlineData("read", 60, TrustWorld.Package, "@acme/*")]
    [InlineData("dist-tag", 15, TrustWorld.Package)]
    public async Task It_answers_what_the_token_is_good_for_and_until_when(string action, int minutes, params string[] packages)
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag | TrustActions.Read);
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);
        var now = world.App.Clock.GetUtcNow();

        using var answer = await world.AskAsync(world.Github(), action, packages);

        var body = await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["token_type", "token", "created", "expires", "actions", "packages"], body.Keys());
        Assert.Equal("oidc", (string?)body["token_type"]);
        Assert.Matches("^npm_[A-Za-z0-9]{36}$", (string?)body["token"]);
        Assert.Equal(now, DateTimeOffset.Parse((string)body["created"]!), TimeSpan.FromMilliseconds(1));
        Assert.Equal(now.AddMinutes(minutes), DateTimeOffset.Parse((string)body["expires"]!), TimeSpan.FromMilliseconds(1));
        Assert.Equal([action], body["actions"]!.AsArray().Select(each => (string?)each));
        Assert.Equal(packages, body["packages"]!.AsArray().Select(each => (string?)each));
    }

    // A wish to publish under a policy that only stages is answered with what there is.
    [Fact]
    public async Task It_answers_what_was_granted_and_not_what_was_asked()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.Stage);

        using var answer = await world.AskAsync(world.Github(), "publish", TrustWorld.Package);

        Assert.Equal("""["stage"]""", (await answer.ShouldBeAsync(HttpStatusCode.Created))["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task What_npm_is_answered_has_nothing_more_than_npm_expects()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.ExchangeAsync(world.Github());

        Assert.Equal(["token_type", "token", "created", "expires"], (await answer.ShouldBeAsync(HttpStatusCode.Created)).Keys());
    }

    [Theory]
    [InlineData(null, "malformed-token")]
    [InlineData("npm_000000000000000000000000000000000000", "malformed-token")]
    public async Task Only_an_identity_token_is_exchanged(string? bearer, string code)
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.AskAsync(bearer, "read", TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_persons_token_is_not_exchanged_either()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.AskAsync(world.Administrator, "read", TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "malformed-token");
    }

    // By npm's older rules a name may have a star; it would be taken for a pattern.
    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/ui-*")]
    [InlineData("react*")]
    [InlineData("a*b")]
    public async Task A_name_with_a_star_is_no_package_at_npms_exchange(string name)
    {
        await using var world = await TrustWorld.StartAsync();
        await new TestPolicy(TrustActions.Publish) { Target = "@acme/*" }.AddToAsync(world);

        using var answer = await world.ExchangeAsync(world.Github(), name);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-name");
        Assert.Empty(await world.LiveTokensAsync());
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("dist-tag")]
    [InlineData("read")]
    public async Task Owners_see_each_attempt_with_what_it_was_for(string action)
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.Publish | TrustActions.DistTag | TrustActions.Read);
        await world.AskedAsync(world.Github(), action);
        await world.AskAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), action, TrustWorld.Package);

        var attempts = await world.AttemptsAsync();

        Assert.Equal(["workflow-mismatch", null], attempts.Select(attempt => (string?)attempt!["code"]));
        Assert.All(attempts, attempt => Assert.Equal([action], attempt!["actions"]!.AsArray().Select(asked => (string?)asked)));
    }

    [Fact]
    public async Task Attempts_on_patterns_are_kept_where_somebody_wrote_a_policy_for_one()
    {
        await using var world = await TrustWorld.StartAsync();
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);
        await world.AskedAsync(world.Github(), "read", "@acme/ui-*");
        await world.AskAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), "read", "@acme/ui-*");
        await world.AskAsync(world.Github(), "read", "@else/ui-*");
        await world.SettledAsync();

        var kept = await world.App.ReadAsync(db => db.ExchangeAttempts.OrderBy(row => row.Id).ToListAsync());

        Assert.Equal(["@acme/ui-* read ", "@acme/ui-* read workflow-mismatch"], kept.Select(row => $"{row.PackageName} {row.Action} {row.RefusalCode}"));
    }

    [Fact]
    public async Task To_a_stranger_all_that_cannot_be_read_is_refused_alike()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0", "@acme/private");
        await world.PublishedByMemberAsync("1.0.0", "@acme/trusted");
        await new TestPolicy(TrustActions.Read) { Target = "@acme/trusted" }.AddToAsync(world);
        var stranger = new JsonObject { ["repository"] = "mallory/octo-repo" };
        var answers = new List<string>();

        foreach (var name in new[] { "@acme/unknown", "@acme/private", "@acme/trusted" })
        {
            using var answer = await world.AskAsync(world.Github(stranger), "read", name);
            answers.Add((await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy"))
                .Replace(name, "X", StringComparison.Ordinal).Replace(TrustWorld.Escape(name), "X", StringComparison.Ordinal));
        }

        Assert.Single(answers.Distinct());
    }
}
