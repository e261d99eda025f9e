using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What owners see of the exchanges for their packages.</summary>
public sealed class AttemptTests
{
    [Fact]
    public async Task An_owner_sees_a_refusal_claim_by_claim()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal("refused", (string?)attempt["outcome"]);
        Assert.Equal("no-matching-policy", (string?)attempt["code"]);
        Assert.Contains("repository octo-org/octo-repo, workflow evil.yml", (string?)attempt["presented"], StringComparison.Ordinal);
        var fields = Assert.Single(attempt["comparisons"]!.AsArray())!["fields"]!.AsArray();
        var workflow = Assert.Single(fields, field => (string?)field!["field"] == "workflow")!;
        Assert.Equal("'publish.yml'", (string?)workflow["expected"]);
        Assert.Equal("evil.yml", (string?)workflow["actual"]);
        Assert.False((bool)workflow["matched"]!);
        Assert.Equal("workflow-mismatch", (string?)workflow["code"]);
        Assert.True((bool)Assert.Single(fields, field => (string?)field!["field"] == "repository")!["matched"]!);
    }

    [Fact]
    public async Task An_owner_sees_a_grant()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangedAsync(world.Github());

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal("granted", (string?)attempt["outcome"]);
        Assert.Equal("github", (string?)attempt["binding"]);
        Assert.NotNull((string?)attempt["policy"]);
    }

    [Fact]
    public async Task An_owner_sees_that_a_policy_is_inert_while_the_caller_does_not()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        world.App.Clock.Advance(TimeSpan.FromDays(8));
        await world.ExchangeAsync(world.Github());

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        var fields = Assert.Single(attempt["comparisons"]!.AsArray())!["fields"]!.AsArray();
        Assert.Equal("policy-inert", (string?)Assert.Single(fields, field => !(bool)field!["matched"]!)!["code"]);
        Assert.Equal("no-matching-policy", (string?)attempt["code"]);
    }

    [Fact]
    public async Task A_member_who_does_not_own_the_package_sees_nothing()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var other = await world.App.SignedInAsync("mallory");

        using var answer = await world.App.GetAsync("/-/assay/v1/package/@acme%2fhello/attempts", other);
        using var anonymous = await world.App.GetAsync("/-/assay/v1/package/@acme%2fhello/attempts");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task Strangers_fill_a_bounded_part_of_it_each_hour()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        for (var number = 0; number < 25; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }));
            await world.SettledAsync();
        }

        var refused = (await world.AttemptsAsync()).Count(attempt => (string?)attempt!["outcome"] == "refused");
        world.App.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }));
        var anHourLater = (await world.AttemptsAsync()).Count(attempt => (string?)attempt!["outcome"] == "refused");

        Assert.Equal(20, refused);
        Assert.Equal(21, anHourLater);
    }

    [Fact]
    public async Task Strangers_do_not_crowd_out_the_packages_own_project()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        for (var number = 0; number < 21; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }));
            await world.SettledAsync();
        }
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));

        var newest = (await world.AttemptsAsync())[0]!;

        Assert.Equal("workflow-mismatch", (string?)newest["code"]);
    }

    // Whoever forges tokens is a stranger, whatever the tokens say.
    [Fact]
    public async Task A_forged_token_counts_as_a_strangers()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        for (var number = 0; number < 25; number++)
        {
            await world.ExchangeAsync(world.Github(forgery: Forgery.BadSignature));
            await world.SettledAsync();
        }

        Assert.Equal(20, (await world.AttemptsAsync()).Count(attempt => (string?)attempt!["code"] == "bad-signature"));
    }

    [Fact]
    public async Task Nothing_is_kept_of_packages_that_do_not_exist_or_issuers_that_nobody_trusts()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        await world.ExchangeAsync(world.Github(), "@acme/nothing-here");
        await world.ExchangeAsync(world.Github(forgery: Forgery.WrongIssuer));
        await world.ExchangeAsync("garbage");
        await world.SettledAsync();

        Assert.Empty(await world.App.ReadAsync(db => db.ExchangeAttempts.ToListAsync()));
    }

    [Fact]
    public async Task The_operator_sees_them_in_lines()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        await world.SettledAsync();

        using var answer = await world.AdminAsync("/attempts", new JsonObject { ["package"] = TrustWorld.Package });

        var lines = (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray().Select(line => (string)line!).ToList();
        Assert.Contains(lines, line => line.Trim() == "NO  workflow: expected 'publish.yml', presented evil.yml");
    }
}
