using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Which tags a run moves to which versions: any, or only to what it published itself.</summary>
public sealed class TagTests
{
    [Fact]
    public async Task A_policy_that_grants_dist_tag_moves_any_tag_to_any_version()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag);
        var token = await world.AskedAsync(world.Github(), "dist-tag");

        await (await world.TagAsync(token, "latest", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.TagAsync(token, "stable", "1.1.0")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.UntagAsync(token, "stable")).ShouldBeAsync(HttpStatusCode.OK);

        using var tags = await world.TagsAsync(token);
        Assert.Equal("""{"latest":"1.0.0"}""", (await tags.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task The_rules_of_tags_hold_for_runs_too()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag);
        var token = await world.AskedAsync(world.Github(), "dist-tag");

        await (await world.TagAsync(token, "next", "9.9.9")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
        await (await world.TagAsync(token, "v1", "1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-tag");
        await (await world.UntagAsync(token, "latest")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "latest-stays");
        await (await world.UntagAsync(token, "none")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "tag-not-found");
    }

    [Theory]
    [InlineData("beta", null)]
    [InlineData("next-1", null)]
    [InlineData("latest", "tag-not-allowed")]
    [InlineData("next", "tag-not-allowed")]
    public async Task The_policys_tags_are_the_only_ones_that_it_sets_or_removes(string tag, string? code)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.DistTag) { Limits = TestPolicy.LimitsOf(tags: ["beta", "next-*"]) }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), "dist-tag");
        await world.TagAsync(world.Administrator, "next", "1.0.0");

        using var set = await world.TagAsync(token, tag, "1.0.0");
        using var removed = await world.UntagAsync(token, tag);

        if (code is null)
        {
            await set.ShouldBeAsync(HttpStatusCode.OK);
            await removed.ShouldBeAsync(HttpStatusCode.OK);
        }
        else
        {
            await set.ShouldExplainAsync(HttpStatusCode.Forbidden, code);
            await removed.ShouldExplainAsync(HttpStatusCode.Forbidden, code);
        }
    }

    [Fact]
    public async Task Publishing_implies_tagging_what_the_same_run_published()
    {
        await using var world = await PublishedByRunAsync("4711");
        var token = await TagTokenAsync(world, TokenUse.Run("4711"));

        await (await world.TagAsync(token, "stable", "2.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.UntagAsync(token, "stable")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"run_id":"4711"}""", "1.0.0")]
    [InlineData("""{"run_id":"4712"}""", "2.0.0")]
    [InlineData("""{"run_id":"4711"}""", "9.9.9")]
    public async Task It_implies_no_other_version(string run, string version)
    {
        await using var world = await PublishedByRunAsync("4711");
        var token = await TagTokenAsync(world, JsonNode.Parse(run)!.AsObject());
        var before = await world.DocumentAsync();

        using var answer = await world.TagAsync(token, "stable", version);

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "own-versions-only");
        Assert.Equal(before, await world.DocumentAsync());
    }

    // Run numbers are their project's own.
    [Fact]
    public async Task The_same_run_id_of_another_project_is_another_run()
    {
        await using var world = await PublishedByRunAsync("4711");
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await new TestPolicy(TrustActions.Publish) { Repository = "octo-org/another", IsPinned = false }.AddToAsync(world);
        var sibling = await TagTokenAsync(world, new JsonObject { ["repository"] = "octo-org/another", ["run_id"] = "4711" });
        var elsewhere = await world.AskedAsync(
            world.Ci.MintGitlab(new JsonObject { ["pipeline_id"] = "4711", ["project_id"] = "74" }), "dist-tag");

        foreach (var token in new[] { sibling, elsewhere })
        {
            using var answer = await world.TagAsync(token, "stable", "2.0.0");
            await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "own-versions-only");
        }
    }

    [Fact]
    public async Task It_removes_only_tags_that_point_to_what_the_run_published()
    {
        await using var world = await PublishedByRunAsync("4711");
        await world.TagAsync(world.Administrator, "old", "1.0.0");
        await world.TagAsync(world.Administrator, "new", "2.0.0");
        var token = await TagTokenAsync(world, TokenUse.Run("4711"));

        using var old = await world.UntagAsync(token, "old");
        using var own = await world.UntagAsync(token, "new");
        using var none = await world.UntagAsync(token, "none");

        await old.ShouldExplainAsync(HttpStatusCode.Forbidden, "own-versions-only");
        await own.ShouldBeAsync(HttpStatusCode.OK);
        await none.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "tag-not-found");
    }

    // Otherwise all runs of such an issuer's project would be one.
    [Fact]
    public async Task A_run_that_its_issuer_does_not_name_has_no_versions_of_its_own()
    {
        await using var world = await PublishedByRunAsync("4711");
        var token = await TagTokenAsync(world, TokenUse.Run("4711"));
        await world.ForgetRunAsync();

        using var answer = await world.TagAsync(token, "stable", "2.0.0");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "own-versions-only");
    }

    // npm 12 exchanges for ls, add and rm, and says so only by the name of its command.
    [Fact]
    public async Task Npms_own_exchange_for_a_dist_tag_command_gives_a_token_for_tags()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag | TrustActions.Publish);
        using var exchange = await world.ExchangeAsync(world.Github(), headers: headers => headers.Add("npm-command", "dist-tag"));
        var token = (string)(await exchange.ShouldBeAsync(HttpStatusCode.Created))["token"]!;

        using var listed = await world.TagsAsync(token);
        using var added = await world.TagAsync(token, "next", "1.0.0");
        using var published = await world.PublishAsync(token, "2.0.0");

        await listed.ShouldBeReadAsync();
        await added.ShouldBeAsync(HttpStatusCode.OK);
        await published.ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("stage")]
    [InlineData("DIST-TAG")]
    [InlineData("dist-tag,publish")]
    [InlineData(null)]
    public async Task Every_other_command_means_a_publish(string? command)
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag | TrustActions.Publish);
        using var exchange = await world.ExchangeAsync(world.Github(), headers: headers =>
        {
            if (command is not null)
            {
                headers.TryAddWithoutValidation("npm-command", command);
            }
        });
        var token = (string)(await exchange.ShouldBeAsync(HttpStatusCode.Created))["token"]!;

        using var tagged = await world.TagAsync(token, "next", "1.0.0");
        using var published = await world.PublishAsync(token, "2.0.0");

        await tagged.ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_tag_command_after_a_refused_exchange_repeats_the_reason()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.Deprecate);
        using var refused = await world.ExchangeAsync(world.Github(), headers: headers => headers.Add("npm-command", "dist-tag"));
        var reason = (string?)(await refused.JsonAsync())["error"];

        using var added = await world.TagAsync(null, "next", "1.0.0");
        using var removed = await world.UntagAsync(null, "next");
        using var published = await world.PublishAsync(null, "2.0.0");

        Assert.Equal(reason, await added.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted"));
        Assert.Equal(reason, await removed.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted"));
        await published.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    /// <summary>1.0.0 by a member, 2.0.0 by a run under a policy that grants publishing alone.</summary>
    private static async Task<TrustWorld> PublishedByRunAsync(string run)
    {
        var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Publish).AddToAsync(world);
        await world.PublishFromGithubAsync("2.0.0", TokenUse.Run(run));
        return world;
    }

    private static Task<string> TagTokenAsync(TrustWorld world, JsonObject claims) => world.AskedAsync(world.Github(claims), "dist-tag");
}
