using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Policies of a package, a pattern, a scope and everything, from writing them to the publish.</summary>
public sealed class PolicyLevelTests
{
    [Fact]
    public async Task A_scope_policy_publishes_any_number_of_new_packages_and_its_author_owns_them()
    {
        await using var world = await TrustWorld.StartAsync();
        var admin = await world.App.SignedInAsync("scope-admin", isAdministrator: true);
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), admin);

        await world.PublishFromGithubAsync("1.0.0", package: "@acme/one");
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/two");
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/three");

        var owners = await world.App.ReadAsync(db => db.PackageOwners.Join(db.People, owner => owner.PersonId, person => person.Id, (_, person) => person.Name).ToListAsync());
        Assert.Equal(["scope-admin", "scope-admin", "scope-admin"], owners);
        Assert.False(await world.GrantsAsync("@other/one"));
        var member = await world.App.SignedInAsync("member");
        await (await world.PublishAsync(member, "1.0.1", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task A_scope_policy_reserves_no_names()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var member = await world.App.SignedInAsync("member");

        using var answer = await world.PublishAsync(member, "1.0.0", "@acme/free");

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_stricter_policy_of_the_package_is_not_bypassed_by_the_scope()
    {
        await using var world = await TrustWorld.StartAsync();
        var scope = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        using var own = await world.WritePolicyAsync(PolicyRequest.Strict("@acme/hello"));

        Assert.Contains($"wider ones do not count for it unless it inherits: {scope} (@acme/*)", own.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        Assert.True(await world.GrantsAsync(run: new JsonObject { ["environment"] = "release" }));
        Assert.True(await world.GrantsAsync("@acme/other"));
    }

    [Fact]
    public async Task A_package_inherits_when_its_owner_says_so_and_no_longer_when_they_take_it_back()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package), owner);

        using var on = await world.InheritAsync(true, token: owner);
        Assert.True((bool)(await on.ShouldBeAsync(HttpStatusCode.OK))["inherits"]!);
        Assert.True(await world.GrantsAsync());

        using var off = await world.InheritAsync(false, token: owner);
        Assert.False((bool)(await off.ShouldBeAsync(HttpStatusCode.OK))["inherits"]!);
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task Only_owners_let_a_package_inherit_and_only_one_that_exists()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var stranger = await world.App.SignedInAsync("mallory");

        using var byStranger = await world.InheritAsync(true, token: stranger);
        using var nothing = await world.InheritAsync(true, "@acme/nothing");
        using var misspelled = await world.App.PutAsync(
            "/-/assay/v1/package/@acme%2fhello/inheritance", world.Administrator, new JsonObject { ["inherit"] = true });

        await byStranger.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await nothing.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await misspelled.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    // The more specific policy counts alone: its limits are not widened by the scope's.
    [Fact]
    public async Task A_pattern_counts_before_the_scope()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/ui-*", policy => policy["limits"] = new JsonObject { ["versions"] = "^1" }));

        using var within = await world.PublishAsync(await world.ExchangedAsync(world.Github(), "@acme/ui-one"), "1.0.0", "@acme/ui-one");
        using var outside = await world.PublishAsync(await world.ExchangedAsync(world.Github(), "@acme/ui-one"), "2.0.0", "@acme/ui-one");
        using var scope = await world.PublishAsync(await world.ExchangedAsync(world.Github(), "@acme/lib"), "2.0.0", "@acme/lib");

        await within.ShouldBeAsync(HttpStatusCode.Created);
        await outside.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-not-allowed");
        await scope.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("@acme/*")]
    [InlineData("@acme/hel*")]
    [InlineData("@acme/hello")]
    public async Task A_deny_of_any_level_wins_and_owners_cannot_lift_what_an_administrator_wrote(string target)
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), owner);
        await world.PublishFromGithubAsync("1.0.0");
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(target));

        using var refused = await world.ExchangeAsync(world.Github());
        await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "denied-by-policy");
        var code = target == TrustWorld.Package ? "deny-of-administrators" : "administrators-only";
        using var ended = await world.EndPolicyAsync(deny, owner);
        using var edited = await world.EditPolicyAsync(deny, PolicyRequest.Deny(with: policy => policy["actions"] = new JsonArray("unpublish")), owner);
        await ended.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
        await edited.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
        // Nor by letting the package be revoked with npm, nor by another policy below.
        using var revoked = await world.App.DeleteAsync($"/-/package/@acme%2fhello/trust/{deny}", owner);
        Assert.Equal(HttpStatusCode.Forbidden, revoked.StatusCode);
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package, policy => policy["fields"]!["runner"] = "github-hosted"), owner);
        Assert.False(await world.GrantsAsync());

        using var lifted = await world.EndPolicyAsync(deny);
        await lifted.ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Owners_lift_the_denies_that_they_wrote_themselves()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package), owner);

        using var lifted = await world.EndPolicyAsync(deny, owner);

        await lifted.ShouldBeAsync(HttpStatusCode.OK);
    }

    // Whoever changed it last answers for it.
    [Fact]
    public async Task A_deny_that_an_administrator_took_over_is_theirs()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package), owner);
        using var edited = await world.EditPolicyAsync(deny, PolicyRequest.Deny(with: policy => policy["note"] = "ours now"));
        var theirs = (string)(await edited.ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        using var lifted = await world.EndPolicyAsync(theirs, owner);

        await lifted.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "deny-of-administrators");
    }

    [Fact]
    public async Task A_deny_can_speak_of_one_issuer_and_of_some_runs()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await (await world.TrustAsync("@acme/gitlab", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", policy =>
        {
            policy["binding"] = "github";
            policy["fields"] = new JsonObject { ["runner"] = "self-hosted" };
        }));

        Assert.True(await world.GrantsAsync("@acme/one"));
        Assert.False(await world.GrantsAsync("@acme/one", new JsonObject { ["runner_environment"] = "self-hosted" }));
        Assert.NotEmpty(await world.ExchangedAsync(world.Ci.MintGitlab(), "@acme/gitlab"));
    }

    [Fact]
    public async Task Owners_see_which_policies_count_for_their_package_and_why_others_do_not()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        var scope = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/other*"));
        var own = await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package), owner);
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("*", policy => policy["actions"] = new JsonArray("unpublish")));
        await world.DisableIssuerAsync("gitlab");

        var shown = await world.PoliciesOfAsync(token: owner);

        Assert.False((bool)shown["inherits"]!);
        Assert.Equal([true, false], shown["own"]!.AsArray().OrderByDescending(policy => (string?)policy!["id"] == own).Select(policy => (bool)policy!["counts"]!));
        Assert.Contains(shown["own"]!.AsArray(), policy => ((string?)policy!["why"])?.Contains("switched off", StringComparison.Ordinal) == true);
        Assert.Equal([scope, deny], shown["wider"]!.AsArray().Select(policy => (string)policy!["id"]!));
        Assert.Equal([false, true], shown["wider"]!.AsArray().Select(policy => (bool)policy!["counts"]!));
        Assert.Contains("policies of its own", (string?)shown["wider"]![0]!["why"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_the_last_own_policy_says_that_wider_ones_count_now()
    {
        await using var world = await TrustWorld.StartAsync();
        var scope = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var own = await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));

        using var answer = await world.EndPolicyAsync(own);

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains($"wider ones count for it: {scope} (@acme/*)", answer.Notice(), StringComparison.Ordinal);
        Assert.True(await world.GrantsAsync());
    }

    // As after a provider's definition was changed: what cannot be read must not open anything.
    [Fact]
    public async Task A_policy_that_cannot_be_read_any_more_grants_nothing_and_opens_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var own = await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));
        await SpoilAsync(world, own);

        Assert.False(await world.GrantsAsync());
        Assert.False(await world.GrantsAsync(run: new JsonObject { ["environment"] = "release" }));
        Assert.Equal("unreadable", (string?)(await world.PolicyAsync(own))["state"]);

        using var replaced = await world.EditPolicyAsync(own, PolicyRequest.Strict());
        await replaced.ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync(run: new JsonObject { ["environment"] = "release" }));
    }

    [Fact]
    public async Task A_deny_that_cannot_be_read_any_more_denies_every_run_of_its_issuer()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", policy =>
        {
            policy["binding"] = "github";
            policy["fields"] = new JsonObject { ["runner"] = "self-hosted" };
        }));
        Assert.True(await world.GrantsAsync());

        await SpoilAsync(world, deny);

        Assert.False(await world.GrantsAsync());
    }

    private static Task<TrustPolicyRow> SpoilAsync(TrustWorld world, string id) => world.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.TrustPolicies.AsTracking().SingleAsync(policy => policy.Id == id, stop);
        row.Rules = """{"fields":{"of-another-time":["x"]},"gate":"proved","pins":{}}""";
        commit.Changed(TrustStore.PoliciesChanged(row.Target));
        return row;
    }, CancellationToken.None);
}
