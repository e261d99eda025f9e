using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What owners see of the exchanges for their packages.</summary>
public sealed class AttemptTests
{
    private const string Path = "/-/assay/v1/package/@acme%2fhello/attempts";

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
    public async Task An_owner_sees_what_was_asked_for_what_was_declared_and_where_it_came_from()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangeAsync(
            world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), headers: headers => headers.Add("npm-command", "dist-tag"));

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal(["dist-tag"], attempt["actions"]!.AsArray().Select(action => (string?)action));
        Assert.Equal("74", (string?)attempt["claims"]!["repository_id"]);
        Assert.Equal("refs/tags/v1.2.3", (string?)attempt["claims"]!["ref"]);
        var project = $"{world.Ci.Url.GetLeftPart(UriPartial.Authority)}/octo-org/octo-repo";
        Assert.Equal(project, (string?)attempt["links"]!["project"]);
        Assert.StartsWith($"{project}/actions/runs/98", (string?)attempt["links"]!["run"], StringComparison.Ordinal);
        Assert.StartsWith($"{project}/commit/", (string?)attempt["links"]!["commit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_keeps_its_claims_too()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangedAsync(world.Github());

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal("74", (string?)attempt["claims"]!["repository_id"]);
        Assert.NotNull((string?)attempt["links"]!["run"]);
        Assert.True((bool)attempt["known"]!);
    }

    [Fact]
    public async Task Of_a_token_for_another_place_an_owner_sees_what_was_expected_and_whose_it_was()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:elsewhere.example"));

        var attempt = (await world.AttemptsAsync())[0]!;

        Assert.Equal("wrong-audience", (string?)attempt["code"]);
        Assert.Contains("repository octo-org/octo-repo", (string?)attempt["presented"], StringComparison.Ordinal);
        var audience = attempt["token"]!.AsArray().Single(check => (string?)check!["check"] == "audience")!;
        Assert.False((bool)audience["ok"]!);
        Assert.Contains("'npm:localhost'", (string?)audience["expected"], StringComparison.Ordinal);
        Assert.Equal("'npm:elsewhere.example'", (string?)audience["presented"]);
        Assert.True((bool)attempt["token"]!.AsArray().Single(check => (string?)check!["check"] == "times")!["ok"]!);
    }

    [Fact]
    public async Task Of_an_expired_token_an_owner_sees_the_times()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = world.Github();
        world.App.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.ExchangeAsync(token);

        var attempt = (await world.AttemptsAsync())[0]!;

        Assert.Equal("token-expired", (string?)attempt["code"]);
        var times = attempt["token"]!.AsArray().Single(check => (string?)check!["check"] == "times")!;
        Assert.StartsWith("valid at ", (string?)times["expected"], StringComparison.Ordinal);
        Assert.Contains("expires ", (string?)times["presented"], StringComparison.Ordinal);
    }

    // Claims that nobody signed would be what a forger wants the owner to read.
    [Fact]
    public async Task Of_a_forged_token_nothing_is_shown_that_it_says()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(forgery: Forgery.BadSignature));

        var attempt = (await world.AttemptsAsync())[0]!;

        Assert.Equal("", (string?)attempt["presented"]);
        Assert.Empty(attempt["claims"]!.AsObject());
        Assert.Empty(attempt["links"]!.AsObject());
    }

    [Fact]
    public async Task Denies_and_conditions_are_shown_beside_the_rest()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0");
        var when = new Condition.Compare(new ValueReference(ValueSource.Claim, "runner_environment"), ConditionOperator.In, ["self-hosted"]);
        await (new TestPolicy(TrustActions.Publish) { When = when }).AddToAsync(world);
        await TestPolicy.Deny(TrustActions.Publish, "@acme/*").AddToAsync(world);
        await world.ExchangeAsync(world.Github());

        var trials = Assert.Single(await world.AttemptsAsync())!["comparisons"]!.AsArray();

        Assert.Equal(["allow", "deny"], trials.Select(trial => (string?)trial!["effect"]));
        Assert.Equal([false, true], trials.Select(trial => (bool)trial!["applies"]!));
        var condition = trials[0]!["fields"]!.AsArray().Single(field => (string?)field!["field"] == "when")!;
        Assert.Equal("runner_environment 'github-hosted'", (string?)condition["actual"]);
        Assert.Equal("false", (string?)condition["outcome"]);
    }

    [Fact]
    public async Task Why_no_policy_was_asked_is_said_to_owners()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/*"]);
        await world.PublishAsync(world.Administrator, "1.0.0", "@other/hello");
        await world.ExchangeAsync(world.Github(), "@other/hello");

        var attempt = Assert.Single(await world.AttemptsAsync("@other/hello"))!;

        Assert.Contains("issuer-may-not-publish: binding github lacks this name", (string?)attempt["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_come_in_pages_and_by_outcome_and_code()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        for (var number = 0; number < 5; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = $"evil-{number}.yml" }));
            await world.SettledAsync();
        }
        await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:elsewhere.example"));
        await world.SettledAsync();

        var first = await PageAsync(world, "?limit=3");
        var second = await PageAsync(world, $"?limit=3&before={(long)first["next"]!}");
        var last = await PageAsync(world, $"?limit=3&before={(long)second["next"]!}");

        Assert.Equal([3, 3, 1], new[] { first, second, last }.Select(page => page["attempts"]!.AsArray().Count));
        Assert.Null(last["next"]);
        Assert.Equal("wrong-audience", (string?)first["attempts"]![0]!["code"]);
        Assert.Equal("granted", (string?)last["attempts"]![0]!["outcome"]);
        Assert.Single((await PageAsync(world, "?outcome=granted"))["attempts"]!.AsArray());
        Assert.Equal(6, (await PageAsync(world, "?outcome=refused"))["attempts"]!.AsArray().Count);
        Assert.Equal(5, (await PageAsync(world, "?code=workflow-mismatch"))["attempts"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("?outcome=maybe")]
    [InlineData("?limit=0")]
    [InlineData("?limit=1000")]
    [InlineData("?limit=-1")]
    [InlineData("?before=yesterday")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.App.GetAsync(Path + query, world.Administrator);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task One_attempt_is_found_by_its_id_on_its_own_package_only()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.PublishAsync(world.Administrator, "1.0.0", "@acme/other");
        var id = (long)(await world.AttemptsAsync())[0]!["id"]!;

        using var found = await world.App.GetAsync($"{Path}/{id}", world.Administrator);
        using var elsewhere = await world.App.GetAsync($"/-/assay/v1/package/@acme%2fother/attempts/{id}", world.Administrator);
        using var strange = await world.App.GetAsync($"{Path}/first", world.Administrator);

        Assert.Equal(id, (long)(await found.ShouldBeAsync(HttpStatusCode.OK))["id"]!);
        await elsewhere.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "attempt-not-found");
        await strange.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "attempt-not-found");
    }

    [Fact]
    public async Task Administrators_see_who_was_refused_for_a_name_that_a_policy_of_its_scope_will_cover()
    {
        await using var world = await TrustWorld.StartAsync();
        await (new TestPolicy(TrustActions.Publish) { Target = "@acme/*" }).AddToAsync(world);
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), "@acme/to-come");
        await world.SettledAsync();
        var member = await world.App.SignedInAsync("mallory");

        using var all = await world.App.GetAsync("/-/assay/v1/attempts?package=@acme/to-come", world.Administrator);
        using var forbidden = await world.App.GetAsync("/-/assay/v1/attempts", member);
        using var anonymous = await world.App.GetAsync("/-/assay/v1/attempts");
        using var unknown = await world.App.GetAsync("/-/assay/v1/package/@acme%2fto-come/attempts", member);

        var attempt = Assert.Single((await all.ShouldBeAsync(HttpStatusCode.OK))["attempts"]!.AsArray())!;
        Assert.Equal(("@acme/to-come", "workflow-mismatch"), ((string?)attempt["package"], (string?)attempt["code"]));
        Assert.Equal("workflow-mismatch", (string?)Assert.Single(await world.AttemptsAsync("@acme/to-come"))!["code"]);
        await forbidden.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    // There is no end of names that do not exist.
    [Fact]
    public async Task Strangers_share_one_part_for_all_names_to_come_of_a_scope()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:StrangerAttemptsPerHour=4"]);
        await (new TestPolicy(TrustActions.Publish) { Target = "@acme/*" }).AddToAsync(world);
        for (var number = 0; number < 8; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = $"mallory/fork-{number}" }), $"@acme/to-come-{number}");
            await world.SettledAsync();
        }
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), "@acme/mine-to-come");
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }), "@else/to-come");
        await world.SettledAsync();

        var names = await world.App.ReadAsync(db => db.ExchangeAttempts.OrderBy(row => row.Id).Select(row => row.PackageName).ToListAsync());

        Assert.Equal(["@acme/to-come-0", "@acme/to-come-1", "@acme/to-come-2", "@acme/to-come-3", "@acme/mine-to-come"], names);
    }

    [Fact]
    public async Task One_strange_project_fills_a_bounded_part_over_all_packages()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:StrangerAttemptsPerProject=5"]);
        for (var number = 0; number < 8; number++)
        {
            await world.PublishAsync(world.Administrator, "1.0.0", $"@acme/p{number}");
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }), $"@acme/p{number}");
            await world.SettledAsync();
        }
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "someone/else" }), "@acme/p7");
        await world.SettledAsync();

        var kept = await world.App.ReadAsync(db => db.ExchangeAttempts.Select(row => row.Recital).ToListAsync());

        Assert.Equal(5, kept.Count(recital => recital.Contains("mallory/fork", StringComparison.Ordinal)));
        Assert.Equal(1, kept.Count(recital => recital.Contains("someone/else", StringComparison.Ordinal)));
    }

    // Such a token may have been taken from its job, so its bearer is not the project; and yet its owners look for it.
    [Fact]
    public async Task Tokens_of_the_own_project_for_another_place_have_a_bounded_part_of_their_own()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, "--Assay:TrustedPublishing:StrangerAttemptsPerHour=3");
        for (var number = 0; number < 5; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }));
            await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:elsewhere.example"));
            await world.SettledAsync();
        }

        var codes = (await world.AttemptsAsync()).Select(attempt => (string?)attempt!["code"]).ToList();

        Assert.Equal(3, codes.Count(code => code == "no-matching-policy"));
        Assert.Equal(3, codes.Count(code => code == "wrong-audience"));
    }

    [Fact]
    public async Task While_the_writer_is_busy_strangers_do_not_take_the_place_of_the_packages_own()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(
            null, "--Assay:TrustedPublishing:StrangerAttemptsPerHour=1000", "--Assay:TrustedPublishing:StrangerAttemptsPerProject=1000",
            "--Assay:TrustedPublishing:RefusalsPerProject=1000");
        var busy = new TaskCompletionSource();
        var writing = world.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (_, _) => { await busy.Task; return true; }, CancellationToken.None);
        var strange = world.Github(new JsonObject { ["repository"] = "mallory/fork" });
        for (var number = 0; number < 80; number++)
        {
            await world.ExchangeAsync(strange);
        }
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        busy.SetResult();
        await writing;
        await world.SettledAsync();

        var codes = await world.App.ReadAsync(db => db.ExchangeAttempts.Select(row => row.RefusalCode).ToListAsync());

        Assert.Equal(64, codes.Count(code => code == "no-matching-policy"));
        Assert.Contains("workflow-mismatch", codes);
    }

    // A binding's name can come to mean another issuer; claims of the one say nothing about the other.
    [Fact]
    public async Task Claims_of_another_issuer_are_not_read_by_the_binding_of_the_same_name()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.App.Services.GetRequiredService<CommitQueue>().RunAsync(
            (commit, stop) => commit.Db.ExchangeAttempts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Issuer, "https://issuer.example"), stop), CancellationToken.None);

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Empty(attempt["links"]!.AsObject());
    }

    [Fact]
    public async Task Of_very_many_policies_the_nearest_are_kept()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0");
        for (var number = 0; number < 24; number++)
        {
            await (new TestPolicy(TrustActions.Publish) { Repository = $"octo-org/other-{number}", IsPinned = false }).AddToAsync(world);
        }
        var nearest = await (new TestPolicy(TrustActions.Deprecate)).AddToAsync(world);
        await world.ExchangeAsync(world.Github());

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal(20, attempt["comparisons"]!.AsArray().Count);
        Assert.Equal(5, (int)attempt["omitted"]!);
        Assert.Contains(nearest, attempt["comparisons"]!.AsArray().Select(trial => (string?)trial!["policy"]));
    }

    [Fact]
    public async Task They_are_kept_for_as_long_as_the_operator_says()
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, "--Assay:TrustedPublishing:AttemptDays=3");
        await world.ExchangedAsync(world.Github());
        world.App.Clock.Advance(TimeSpan.FromDays(2));
        await world.ExchangedAsync(world.Github());
        world.App.Clock.Advance(TimeSpan.FromDays(2));

        await world.App.Services.GetRequiredService<TrimAttempts>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Single(await world.AttemptsAsync());
    }

    [Fact]
    public async Task The_whole_log_has_a_cap_too_and_strangers_go_first()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:AttemptsInAll=100"]);
        await world.App.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            for (var number = 0; number < 130; number++)
            {
                commit.Db.ExchangeAttempts.Add(Row(number, commit.Now));
            }
            return Task.FromResult(true);
        }, CancellationToken.None);

        await world.App.Services.GetRequiredService<TrimAttempts>().RunAsync(TestContext.Current.CancellationToken);

        var kept = await world.App.ReadAsync(db => db.ExchangeAttempts.OrderBy(row => row.Id).ToListAsync());
        Assert.Equal(100, kept.Count);
        Assert.Equal(65, kept.Count(row => row.IsKnownProject));
        Assert.DoesNotContain(kept, row => row is { IsKnownProject: false, PackageName: "@acme/p1" });
    }

    // As they were written before anything but policies was compared.
    [Fact]
    public async Task Attempts_of_an_earlier_release_are_still_shown()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.App.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            var row = Row(1, commit.Now);
            row.PackageName = TrustWorld.Package;
            row.Comparisons = """[{"policy":"p","identity":"matched","fields":[{"field":"workflow","expected":"'a'","actual":"b","matched":false}]}]""";
            return Task.FromResult(commit.Db.ExchangeAttempts.Add(row));
        }, CancellationToken.None);

        var attempt = Assert.Single(await world.AttemptsAsync())!;

        Assert.Equal("p", (string?)Assert.Single(attempt["comparisons"]!.AsArray())!["policy"]);
        Assert.Empty(attempt["links"]!.AsObject());
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

    private static async Task<JsonObject> PageAsync(TrustWorld world, string query)
    {
        using var answer = await world.App.GetAsync(Path + query, world.Administrator);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    /// <summary>Every other one is a stranger's.</summary>
    private static ExchangeAttemptRow Row(int number, DateTimeOffset at) => new()
    {
        At = at,
        PackageName = $"@acme/p{number}",
        Action = "publish",
        Issuer = "https://issuer.example",
        RefusalCode = "no-matching-policy",
        Text = "",
        Recital = "",
        IsKnownProject = number % 2 == 0,
        Comparisons = "{}",
        Claims = "{}",
        Address = "203.0.113.7",
    };
}
