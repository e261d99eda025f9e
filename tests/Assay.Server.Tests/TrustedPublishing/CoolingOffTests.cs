using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What widens trust waits, what narrows it does not: with a day of cooling-off and a clock that the test moves.</summary>
public sealed class CoolingOffTests
{
    private const string ADay = "--Assay:TrustedPublishing:CoolingOffHours=24";

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/hel*")]
    [InlineData("@acme/hello")]
    public async Task A_new_policy_waits_and_says_until_when(string target)
    {
        await using var world = await TrustWorld.StartAsync([ADay]);

        using var answer = await world.WritePolicyAsync(PolicyRequest.Github(target));

        var shown = await answer.ShouldBeAsync(HttpStatusCode.Created);
        var effective = (string)shown["life"]!["effectiveAt"]!;
        Assert.Equal("waiting", (string?)shown["state"]);
        Assert.Contains($"takes effect only {effective}", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        world.App.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.False(await world.GrantsAsync());
        world.App.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task One_that_npm_writes_waits_as_well()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        await answer.ShouldBeCreatedAsync();
        Assert.Contains("takes effect only", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
    }

    // Otherwise a policy that waits longer than it may stay unpinned would never come into force.
    [Fact]
    public async Task The_days_to_learn_its_ids_begin_when_it_takes_effect()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:CoolingOffHours=720"]);
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));

        world.App.Clock.Advance(TimeSpan.FromDays(36));

        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_waiting_policy_is_ended_at_once_and_comes_never()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));

        using var answer = await world.EndPolicyAsync(id);

        Assert.Equal("ended", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        world.App.Clock.Advance(TimeSpan.FromDays(2));
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_deny_holds_at_once_and_stops_holding_only_after_it_cooled_off()
    {
        await using var world = await InForceAsync();
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*"));
        Assert.False(await world.GrantsAsync());

        using var answer = await world.EndPolicyAsync(deny);

        Assert.Equal("ending", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.Contains("holds until", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        await (await world.EndPolicyAsync(deny)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-ended");
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.GrantsAsync());
    }

    // Whoever thinks better of it makes the deny anew, and that is at once.
    [Fact]
    public async Task A_deny_that_is_going_can_be_made_anew()
    {
        await using var world = await InForceAsync();
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*"));
        await world.EndPolicyAsync(deny);

        await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*"));

        world.App.Clock.Advance(TimeSpan.FromHours(25));
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task Ending_a_policy_that_allows_is_at_once()
    {
        await using var world = await InForceAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        await (await world.EndPolicyAsync(id)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_narrower_replacement_is_at_once()
    {
        await using var world = await InForceAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        using var answer = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["runner"] = "self-hosted"));

        Assert.Equal("in-force", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.Equal("ended", (string?)(await world.PolicyAsync(id))["state"]);
        Assert.False(await world.GrantsAsync());
        Assert.True(await world.GrantsAsync(run: new JsonObject { ["runner_environment"] = "self-hosted" }));
    }

    [Fact]
    public async Task A_wider_replacement_waits_and_meanwhile_the_old_one_holds()
    {
        await using var world = await InForceAsync();
        var scheduled = new JsonObject { ["event_name"] = "schedule" };
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        using var answer = await world.EditPolicyAsync(id, Scheduled());

        var wider = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("waiting", (string?)wider["state"]);
        Assert.Contains($"until then policy {id} holds", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal((string?)wider["life"]!["effectiveAt"], (string?)(await world.PolicyAsync(id))["life"]!["endsAt"]);
        Assert.True(await world.GrantsAsync());
        Assert.False(await world.GrantsAsync(run: scheduled));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.GrantsAsync());
        Assert.True(await world.GrantsAsync(run: scheduled));
    }

    // Whoever has a stolen session would let publishes pass that people would have looked at.
    [Theory]
    [InlineData("""["new-runner"]""")]
    [InlineData("""["new-runner","versions-per-day:3"]""")]
    [InlineData("[]")]
    public async Task An_edit_after_which_fewer_publishes_wait_for_people_cools_off(string fewer)
    {
        await using var world = await InForceAsync();
        JsonObject Diverting(string words) => PolicyRequest.Github(with: policy => policy["divert"] = JsonNode.Parse(words));
        var id = (string)(await world.ListedAsync())[0]!["id"]!;
        var stricter = (string)(await (await world.EditPolicyAsync(id, Diverting("""["new-runner","versions-per-day:2"]"""))).ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        using var answer = await world.EditPolicyAsync(stricter, Diverting(fewer));

        Assert.Equal("waiting", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.Contains("takes effect only", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal("ending", (string?)(await world.PolicyAsync(stricter))["state"]);
    }

    // Otherwise an edit would let the name alone decide once more, although the ids are known by then.
    [Fact]
    public async Task Ids_learned_while_a_replacement_waits_are_known_to_it_when_it_begins()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        using var first = await world.EditPolicyAsync(id, Scheduled());
        var waiting = (string)(await first.ShouldBeAsync(HttpStatusCode.OK))["id"]!;
        using var second = await world.EditPolicyAsync(waiting, PolicyRequest.Github(with: policy =>
            policy["fields"]!["events"] = new JsonArray("push", "release", "workflow_dispatch", "schedule", "create")));
        var last = (string)(await second.ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        await world.PublishFromGithubAsync("1.0.0");

        Assert.Equal("74", (string?)(await world.PolicyAsync(last))["policy"]!["pins"]!["repository_id"]);
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.False(await world.GrantsAsync(run: new JsonObject { ["repository_id"] = "75" }));
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Ids_of_one_project_are_not_taught_to_a_policy_for_another()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        using var edited = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["repository"] = "octo-org/new-home"));
        var moved = (string)(await edited.ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        await world.PublishFromGithubAsync("1.0.0");

        Assert.Null((await world.PolicyAsync(moved))["policy"]!["pins"]);
    }

    [Fact]
    public async Task A_withdrawn_replacement_leaves_the_old_policy_as_it_was()
    {
        await using var world = await InForceAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;
        using var edited = await world.EditPolicyAsync(id, Scheduled());
        var wider = (string)(await edited.ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        using var answer = await world.EndPolicyAsync(wider);

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains($"policy {id} stays", answer.Notice(), StringComparison.Ordinal);
        world.App.Clock.Advance(TimeSpan.FromDays(2));
        Assert.True(await world.GrantsAsync());
        Assert.False(await world.GrantsAsync(run: new JsonObject { ["event_name"] = "schedule" }));
    }

    // An edit of what still waits must not be a way around the wait.
    [Fact]
    public async Task A_narrower_edit_of_a_waiting_policy_waits_out_the_rest()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(20));

        using var answer = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["runner"] = "github-hosted"));

        Assert.Equal("waiting", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.False(await world.GrantsAsync());
        world.App.Clock.Advance(TimeSpan.FromHours(4));
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_wider_edit_of_a_waiting_replacement_keeps_the_old_policy_until_the_new_one_begins()
    {
        await using var world = await InForceAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;
        using var first = await world.EditPolicyAsync(id, Scheduled());
        var waiting = (string)(await first.ShouldBeAsync(HttpStatusCode.OK))["id"]!;
        world.App.Clock.Advance(TimeSpan.FromHours(20));

        using var second = await world.EditPolicyAsync(waiting, PolicyRequest.Github(with: policy =>
            policy["fields"]!["events"] = new JsonArray("push", "release", "workflow_dispatch", "schedule", "create")));

        var last = await second.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("ended", (string?)(await world.PolicyAsync(waiting))["state"]);
        Assert.Equal((string?)last["life"]!["effectiveAt"], (string?)(await world.PolicyAsync(id))["life"]!["endsAt"]);
        world.App.Clock.Advance(TimeSpan.FromHours(4));
        Assert.True(await world.GrantsAsync());
        Assert.False(await world.GrantsAsync(run: new JsonObject { ["event_name"] = "schedule" }));
        world.App.Clock.Advance(TimeSpan.FromHours(20));
        Assert.True(await world.GrantsAsync(run: new JsonObject { ["event_name"] = "schedule" }));
    }

    [Fact]
    public async Task A_deny_made_weaker_waits_and_made_stronger_does_not()
    {
        await using var world = await InForceAsync();
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", SelfHosted));
        Assert.True(await world.GrantsAsync());

        using var stronger = await world.EditPolicyAsync(deny, PolicyRequest.Deny(with: policy => policy["binding"] = "github"));
        var strong = (string)(await stronger.ShouldBeAsync(HttpStatusCode.OK))["id"]!;
        Assert.False(await world.GrantsAsync());

        using var weaker = await world.EditPolicyAsync(strong, PolicyRequest.Deny(with: SelfHosted));
        Assert.Equal("waiting", (string?)(await weaker.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.False(await world.GrantsAsync());
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.GrantsAsync());
    }

    // Replacing a deny by one that says nothing, and then withdrawing that, must not do away with the deny.
    [Fact]
    public async Task A_withdrawn_weaker_deny_leaves_the_stronger_one()
    {
        await using var world = await InForceAsync();
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", policy => policy["binding"] = "github"));
        using var weaker = await world.EditPolicyAsync(deny, PolicyRequest.Deny(with: SelfHosted));
        var weak = (string)(await weaker.ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        await (await world.EndPolicyAsync(weak)).ShouldBeAsync(HttpStatusCode.OK);

        world.App.Clock.Advance(TimeSpan.FromDays(3));
        Assert.False(await world.GrantsAsync());
        Assert.Equal("in-force", (string?)(await world.PolicyAsync(deny))["state"]);
    }

    [Fact]
    public async Task Rearming_waits_only_when_ids_are_forgotten()
    {
        await using var world = await InForceAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        using var kept = await world.RearmAsync(id);
        var again = await kept.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("in-force", (string?)again["state"]);

        using var forgotten = await world.RearmAsync((string)again["id"]!, new JsonObject { ["forgetIds"] = true });
        Assert.Equal("waiting", (string?)(await forgotten.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.False(await world.GrantsAsync(run: new JsonObject { ["repository_id"] = "75" }));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.GrantsAsync(run: new JsonObject { ["repository_id"] = "75" }));
    }

    [Fact]
    public async Task Inheritance_waits_when_it_is_turned_on_and_not_when_it_is_turned_off()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(24));

        using var on = await world.InheritAsync(true);
        var shown = await on.ShouldBeAsync(HttpStatusCode.OK);
        Assert.False((bool)shown["inherits"]!);
        Assert.Contains($"takes effect only {(string?)shown["inheritsFrom"]}", on.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        // Once more changes nothing, not even the time.
        world.App.Clock.Advance(TimeSpan.FromHours(12));
        using var again = await world.InheritAsync(true);
        Assert.Equal((string?)shown["inheritsFrom"], (string?)(await again.ShouldBeAsync(HttpStatusCode.OK))["inheritsFrom"]);
        world.App.Clock.Advance(TimeSpan.FromHours(12));
        Assert.True(await world.GrantsAsync());

        await world.InheritAsync(false);
        Assert.False(await world.GrantsAsync());
    }

    // Ending a strict policy of a package must not be a way to be published by a lax one of the scope at once.
    [Fact]
    public async Task After_its_last_own_policy_a_package_falls_to_the_scope_only_when_that_cooled_off()
    {
        await using var world = await TrustWorld.StartAsync([ADay]);
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var own = await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(25));

        using var answer = await world.EndPolicyAsync(own);

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains("wider ones count for it in 24 hours", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.GrantsAsync());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("721")]
    public async Task A_time_out_of_range_stops_the_start(string hours) =>
        await Assert.ThrowsAsync<Assay.Server.Data.StartRefused>(() => RegistryApp.StartAsync([$"--Assay:TrustedPublishing:CoolingOffHours={hours}"]));

    private static JsonObject Scheduled() => PolicyRequest.Github(with: policy =>
        policy["fields"]!["events"] = new JsonArray("push", "release", "workflow_dispatch", "schedule"));

    private static void SelfHosted(JsonObject policy)
    {
        policy["binding"] = "github";
        policy["fields"] = new JsonObject { ["runner"] = "self-hosted" };
    }

    /// <summary>With a policy of the package that has cooled off and learned its ids.</summary>
    private static async Task<TrustWorld> InForceAsync()
    {
        var world = await TrustWorld.StartAsync([ADay]);
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        await world.PublishFromGithubAsync("1.0.0");
        return world;
    }
}
