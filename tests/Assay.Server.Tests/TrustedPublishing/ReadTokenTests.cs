using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Installing private packages in CI without a stored secret.</summary>
public sealed class ReadTokenTests
{
    private const string Other = "@acme/other";

    [Theory]
    [InlineData("/@acme%2fhello")]
    [InlineData("/@acme%2fhello/1.0.0")]
    [InlineData("/@acme%2fhello/latest")]
    [InlineData("/@acme/hello/-/hello-1.0.0.tgz")]
    [InlineData("/-/package/@acme%2fhello/dist-tags")]
    [InlineData("/-/package/@acme%2fhello/visibility")]
    public async Task A_run_reads_what_it_asked_for_by_name_or_pattern(string path)
    {
        await using var world = await WithScopeAsync();
        var exact = await world.AskedAsync(world.Github(), "read");
        var pattern = await world.AskedAsync(world.Github(), "read", "@acme/he*");
        var elsewhere = await world.AskedAsync(world.Github(), "read", "@acme/ot*");

        await (await world.App.GetAsync(path, exact)).ShouldBeReadAsync();
        await (await world.App.GetAsync(path, pattern)).ShouldBeReadAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync(path, elsewhere)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.App.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task The_limit_of_a_package_is_for_changing_it()
    {
        await using var world = await WithScopeAsync("--Assay:Limits:ExchangesPerPackage=1");

        await world.AskedAsync(world.Github(), "read", "@acme/*");
        var second = await world.AskedAsync(world.Github(), "read", "@acme/*");

        await (await world.ReadAsync(second)).ShouldBeReadAsync();
    }

    [Fact]
    public async Task One_exchange_covers_several_names_and_patterns()
    {
        await using var world = await WithScopeAsync();
        await world.PublishedByMemberAsync("1.0.0", "@acme/third");
        var token = await world.AskedAsync(world.Github(), "read", TrustWorld.Package, "@acme/ot*");

        await (await world.ReadAsync(token)).ShouldBeReadAsync();
        await (await world.ReadAsync(token, Other)).ShouldBeReadAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await world.ReadAsync(token, "@acme/third")).StatusCode);
    }

    [Fact]
    public async Task One_name_that_is_refused_refuses_all_and_is_named()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await world.PublishedByMemberAsync("1.0.0", Other);
        await new TestPolicy(TrustActions.Read).AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(), "read", TrustWorld.Package, Other);

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        Assert.StartsWith("Trusted publishing refused for @acme/other:", text, StringComparison.Ordinal);
        Assert.Empty(await world.LiveTokensAsync());
    }

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/h*")]
    public async Task A_pattern_wider_than_the_policy_is_refused(string pattern)
    {
        await using var world = await TrustWorld.StartAsync();
        await new TestPolicy(TrustActions.Read) { Target = "@acme/he*" }.AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(), "read", pattern);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task A_pattern_wider_than_the_issuer_may_speak_for_is_refused()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/he*"]);
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(), "read", "@acme/*");

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    // What its owners said about the package is not overruled by what was said about the scope.
    [Fact]
    public async Task A_package_with_a_policy_of_its_own_is_not_read_by_a_token_for_its_pattern()
    {
        await using var world = await WithScopeAsync();
        await new TestPolicy(TrustActions.Publish) { Repository = "octo-org/another", IsPinned = false }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), "read", "@acme/*");

        Assert.Equal(HttpStatusCode.NotFound, (await world.ReadAsync(token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/@acme/hello/-/hello-1.0.0.tgz", token)).StatusCode);
        await (await world.ReadAsync(token, Other)).ShouldBeReadAsync();
        await (await world.AskAsync(world.Github(), "read", TrustWorld.Package)).ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task It_stops_at_once_when_the_package_gets_a_policy_of_its_own_and_goes_on_when_that_has_ended()
    {
        await using var world = await WithScopeAsync();
        var token = await world.AskedAsync(world.Github(), "read", "@acme/*");
        await (await world.ReadAsync(token)).ShouldBeReadAsync();

        await new TestPolicy(TrustActions.Publish) { EndsAfter = TimeSpan.FromMinutes(10) }.AddToAsync(world);
        using var shutOut = await world.ReadAsync(token);
        world.App.Clock.Advance(TimeSpan.FromMinutes(10));
        using var afterwards = await world.ReadAsync(token);

        Assert.Equal(HttpStatusCode.NotFound, shutOut.StatusCode);
        await afterwards.ShouldBeReadAsync();
    }

    [Fact]
    public async Task By_npm_trust_too()
    {
        await using var world = await WithScopeAsync();
        var pattern = await world.AskedAsync(world.Github(), "read", "@acme/*");
        var exact = await world.AskedAsync(world.Github(), "read");
        await (await world.ReadAsync(pattern)).ShouldBeReadAsync();
        await (await world.ReadAsync(exact)).ShouldBeReadAsync();

        var policy = await world.TrustGithubAsync();
        using var byPattern = await world.ReadAsync(pattern);
        using var byName = await world.ReadAsync(exact);
        await world.RevokeTrustAsync(TrustWorld.Package, policy);
        using var afterwards = await world.ReadAsync(pattern);

        Assert.Equal(HttpStatusCode.NotFound, byPattern.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, byName.StatusCode);
        await afterwards.ShouldBeReadAsync();
    }

    [Fact]
    public async Task A_package_that_inherits_is_read_by_a_token_for_its_pattern()
    {
        await using var world = await WithScopeAsync();
        await new TestPolicy(TrustActions.Publish).AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), "read", "@acme/*");
        await InheritAsync(world, true);

        using var inherited = await world.ReadAsync(token);
        await InheritAsync(world, false);
        using var afterwards = await world.ReadAsync(token);

        await inherited.ShouldBeReadAsync();
        Assert.Equal(HttpStatusCode.NotFound, afterwards.StatusCode);
    }

    [Theory]
    [InlineData("@acme/*", true)]
    [InlineData("@acme/hello", true)]
    [InlineData("@acme/h*", true)]
    [InlineData("*", true)]
    [InlineData("@acme/x*", false)]
    [InlineData("@else/*", false)]
    public async Task A_deny_that_speaks_of_any_of_a_patterns_names_refuses_it(string target, bool refused)
    {
        await using var world = await WithScopeAsync();
        await TestPolicy.Deny(TrustActions.Read, target).AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(), "read", "@acme/he*");

        Assert.Equal(refused ? HttpStatusCode.Unauthorized : HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData(59, HttpStatusCode.OK)]
    [InlineData(60, HttpStatusCode.Unauthorized)]
    public async Task It_lives_an_hour(int minutes, HttpStatusCode status)
    {
        await using var world = await WithScopeAsync();
        var token = await world.AskedAsync(world.Github(), "read");
        world.App.Clock.Advance(TimeSpan.FromMinutes(minutes));

        using var answer = await world.ReadAsync(token);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Its_life_is_as_short_as_the_operator_sets_it()
    {
        await using var world = await WithScopeAsync("--Assay:TrustedPublishing:ReadTokenMinutes=5");
        var token = await world.AskedAsync(world.Github(), "read");
        world.App.Clock.Advance(TimeSpan.FromMinutes(5));

        using var answer = await world.ReadAsync(token);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
    }

    [Theory]
    [InlineData("read")]
    [InlineData("dist-tag")]
    public async Task No_token_outlives_its_policy(string action)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Read | TrustActions.DistTag) { EndsAfter = TimeSpan.FromMinutes(7) }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), action);
        world.App.Clock.Advance(TimeSpan.FromMinutes(7));

        using var answer = await world.ReadAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(TrustWorld.Package)]
    [InlineData("@acme/*")]
    public async Task Of_several_policies_the_first_to_end_ends_the_token(string ending)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        foreach (var target in new[] { TrustWorld.Package, "@acme/*" })
        {
            await new TestPolicy(TrustActions.Read) { Target = target, EndsAfter = target == ending ? TimeSpan.FromMinutes(7) : null }.AddToAsync(world);
        }
        var token = await world.AskedAsync(world.Github(), "read", TrustWorld.Package, "@acme/*");
        world.App.Clock.Advance(TimeSpan.FromMinutes(7));

        using var answer = await world.ReadAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task It_writes_nothing()
    {
        await using var world = await WithScopeAsync();
        var token = await world.AskedAsync(world.Github(), "read", TrustWorld.Package, "@acme/*");
        var before = await world.DocumentAsync();

        await (await world.PublishAsync(token, "2.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
        await (await world.PublishAsync(token, "2.0.0", Other)).ShouldExplainAsync(HttpStatusCode.Forbidden, "wrong-package");
        await (await world.PublishAsync(token, "2.0.0", "@acme/new")).ShouldExplainAsync(HttpStatusCode.Forbidden, "wrong-package");
        await (await world.TagAsync(token, "next", "1.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");

        Assert.Equal(before, await world.DocumentAsync());
        Assert.Equal(["1.0.0"], await world.VersionsAsync(Other));
    }

    // A token of a pattern must not become one of the package that is named like the pattern.
    [Fact]
    public async Task A_token_for_changes_reads_its_own_package_and_no_other()
    {
        await using var world = await WithScopeAsync();
        var token = await world.AskedAsync(world.Github(), "deprecate");

        await (await world.ReadAsync(token)).ShouldBeReadAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await world.ReadAsync(token, Other)).StatusCode);
    }

    [Fact]
    public async Task It_learns_the_ids_of_each_policy_that_granted()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Read) { IsPinned = false }.AddToAsync(world);
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*", IsPinned = false }.AddToAsync(world);

        await world.AskedAsync(world.Github(), "read", TrustWorld.Package, "@acme/*", "@acme/ui-*");

        Assert.Equal("74", (await world.PinsAsync())["repository_id"]);
        Assert.Equal("74", (await world.PinsAsync("@acme/*"))["repository_id"]);
        await (await world.AskAsync(world.Github(new JsonObject { ["repository_id"] = "75" }), "read", "@acme/*"))
            .ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task The_token_keeps_with_each_name_the_policy_that_stood_for_it()
    {
        await using var world = await TrustWorld.StartAsync();
        var own = await new TestPolicy(TrustActions.Read).AddToAsync(world);
        var wide = await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);

        await world.AskedAsync(world.Github(TokenUse.Run("4711")), "read", "@acme/*", TrustWorld.Package, Other);

        var row = Assert.Single(await world.LiveTokensAsync());
        Assert.Equal($"@acme/*\n{TrustWorld.Package}\n{Other}", row.Names);
        Assert.Equal($"{wide}\n{own}\n{wide}", row.Policies);
        Assert.Equal("read 74 4711 publish.yml", $"{row.Actions} {row.ProjectId} {row.RunId} {row.Workflow}");
    }

    [Fact]
    public async Task Revoking_the_policy_ends_it_at_once()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        var policy = await new TestPolicy(TrustActions.Read).AddToAsync(world);
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), "read", "@acme/*", TrustWorld.Package);
        await (await world.ReadAsync(token)).ShouldBeReadAsync();

        await world.RevokeTrustAsync(TrustWorld.Package, policy);

        await (await world.ReadAsync(token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    [Fact]
    public async Task It_reads_nothing_when_its_issuer_is_not_trusted_any_more()
    {
        await using var world = await WithScopeAsync();
        var token = await world.AskedAsync(world.Github(), "read", "@acme/*");
        await world.DisableIssuerAsync("github");

        using var answer = await world.ReadAsync(token);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    // Made on another node, say, while this one was deciding; a moment later it would have revoked the token.
    [Theory]
    [InlineData("@acme/another", HttpStatusCode.Unauthorized)]
    [InlineData("*", HttpStatusCode.Unauthorized)]
    [InlineData("@else/*", HttpStatusCode.Created)]
    public async Task Rules_made_while_it_was_decided_refuse_it(string target, HttpStatusCode status)
    {
        await using var world = await WithScopeAsync();
        var deny = await TestPolicy.Deny(TrustActions.Read, target, "octo-org/another").AddToAsync(world);
        await world.CommitAsync(async commit =>
        {
            var row = await commit.Db.TrustPolicies.AsTracking().SingleAsync(policy => policy.Id == deny);
            return row.CreatedAt = commit.Now.AddSeconds(1);
        });

        using var answer = await world.AskAsync(world.Github(), "read", "@acme/he*");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created ? 1 : 0, (await world.LiveTokensAsync()).Count);
    }

    // A pull request of the same repository may test what is private; it never writes.
    [Fact]
    public async Task A_pull_request_reads_where_a_policy_lists_it()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Read) { Events = ["push", "pull_request"] }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(PullRequest()), "read");

        await (await world.ReadAsync(token)).ShouldBeReadAsync();
        await (await world.PublishAsync(token, "2.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
    }

    [Fact]
    public async Task A_pull_request_reads_nothing_where_no_policy_lists_it()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Read).AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(PullRequest()), "read", TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "event-not-allowed");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("stage")]
    [InlineData("dist-tag")]
    [InlineData("deprecate")]
    [InlineData("unpublish")]
    public async Task A_pull_request_gets_no_token_that_writes(string action)
    {
        await using var world = await TokenUse.WithActionsAsync(
            TrustActions.Publish | TrustActions.Stage | TrustActions.DistTag | TrustActions.Deprecate | TrustActions.Unpublish);
        await new TestPolicy(TrustActions.Read) { Events = ["pull_request"] }.AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(PullRequest()), action, TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "event-not-allowed");
        Assert.Empty(await world.LiveTokensAsync());
    }

    [Theory]
    [InlineData("pull_request_target")]
    [InlineData("issue_comment")]
    [InlineData("workflow_run")]
    public async Task Events_of_strangers_do_not_even_read(string eventName)
    {
        await using var world = await TrustWorld.StartAsync();
        await new TestPolicy(TrustActions.Read) { Events = ["push", "pull_request"] }.AddToAsync(world);

        using var answer = await world.AskAsync(world.Github(new JsonObject { ["event_name"] = eventName }), "read", TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "event-not-allowed");
    }

    private static JsonObject PullRequest() => new() { ["event_name"] = "pull_request" };

    /// <summary>Two private packages in a scope whose policy lets the run read and deprecate.</summary>
    private static async Task<TrustWorld> WithScopeAsync(params string[] configuration)
    {
        var world = await TrustWorld.StartAsync(configuration);
        await world.PublishedByMemberAsync("1.0.0");
        await world.PublishedByMemberAsync("1.0.0", Other);
        await new TestPolicy(TrustActions.Read | TrustActions.Deprecate) { Target = "@acme/*" }.AddToAsync(world);
        return world;
    }

    private static Task<PackageRow> InheritAsync(TrustWorld world, bool inherits) => world.CommitAsync(async commit =>
    {
        var package = await commit.Db.Packages.AsTracking().SingleAsync(row => row.Name == TrustWorld.Package);
        package.InheritsTrustFrom = inherits ? commit.Now : null;
        commit.Changed(TrustStore.PoliciesChanged(package.Name));
        return package;
    });
}
