using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Where a second owner is demanded, what widens trust holds when somebody else agreed, and not before.</summary>
public sealed class SecondOwnerTests : IAsyncLifetime
{
    private TrustWorld world = null!;
    private string alice = null!;
    private Approver bob = null!;

    private RegistryApp App => world.App;

    public ValueTask InitializeAsync() => StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_new_policy_waits_says_for_what_and_holds_once_a_second_person_agreed()
    {
        using var answer = await world.WritePolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        var shown = await answer.ShouldBeAsync(HttpStatusCode.Created);
        var id = (string)shown["id"]!;
        Assert.Equal(("waiting", null), ((string?)shown["state"], (string?)shown["life"]!["effectiveAt"]));
        Assert.Equal(("its beginning", "alice"), ((string?)shown["secondPerson"]!["for"], (string?)shown["secondPerson"]!["askedBy"]));
        Assert.Contains($"/-/assay/v1/policies/{id}/agree", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        Assert.Equal([id], (await WaitingAsync(bob.Token))["policies"]!.AsArray().Select(policy => (string?)policy!["id"]));

        var agreed = await (await AgreeAsync(bob, id)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(("in-force", null), ((string?)agreed["state"], agreed["secondPerson"]));
        Assert.True(await world.GrantsAsync());
        Assert.Empty((await WaitingAsync(bob.Token))["policies"]!.AsArray());
        Assert.Equal(["policy.waiting", "policy.created", "policy.agreed", "policy.pinned"], (await App.RecordedAsync("policy.")).Select(line => line.Split(' ')[0]));
        Assert.Contains("asked by alice", (await App.RecordedAsync("policy.agreed")).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_time_is_enough_and_what_nobody_agreed_to_is_gone_after_a_week()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
        Assert.Empty((await WaitingAsync(bob.Token))["policies"]!.AsArray());
        await Eventually.HoldsAsync(async () => (await App.RecordedAsync("policy.lapsed")).Count == 1);
        App.Clock.Advance(TimeSpan.FromDays(365 * 50));
        Assert.Equal(0, await App.ReadAsync(db => db.TrustPolicies.CountAsync(row => row.EffectiveAt < App.Clock.GetUtcNow() && row.EndsAt == null)));
    }

    // What is over is tidied once an hour, and counts no longer in between.
    [Fact]
    public async Task What_is_over_is_not_agreed_to_also_before_it_is_tidied()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        var longAgo = App.Clock.GetUtcNow() - TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1);
        await App.ChangeAsync(db => db.TrustPolicies.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.AskedAt, longAgo)));

        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");

        Assert.Empty(await App.RecordedAsync("policy.lapsed"));
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task On_the_last_day_somebody_can_still_agree()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        App.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));

        await (await AgreeAsync(bob, id)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Whoever_asked_is_no_second_person()
    {
        var written = await App.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", bob.Token, bob.Factor.NextCode(), PolicyRequest.Github(TrustWorld.Package));
        var id = (string)(await written.ShouldBeAsync(HttpStatusCode.Created))["id"]!;

        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");

        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task Whoever_may_not_write_these_policies_does_not_agree_to_them()
    {
        var stranger = await App.ApproverAsync("stranger");
        var writer = new Approver(await App.MemberAsync(alice, "acme", "writer"), null!);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        await (await AgreeAsync(stranger, id)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        await (await App.PostAsync(PathOf(id), writer.Token, null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        Assert.Empty((await WaitingAsync(stranger.Token))["policies"]!.AsArray());
    }

    // Owners of a package see what a pattern says of it; it is not theirs to write.
    [Fact]
    public async Task Whoever_only_sees_a_policy_neither_agrees_to_it_nor_withdraws_it()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), alice);

        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await App.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/policies/{id}/withdraw", bob.Token, bob.Factor.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");

        Assert.Equal("waiting", (string?)(await world.PolicyAsync(id))["state"]);
    }

    [Fact]
    public async Task A_deny_of_administrators_is_lifted_by_two_of_them_and_not_with_an_owner()
    {
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package));
        await (await world.EndPolicyAsync(deny)).ShouldBeAsync(HttpStatusCode.OK);

        await (await AgreeAsync(bob, deny)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "deny-of-administrators");
    }

    [Fact]
    public async Task Administrators_of_the_registry_may_be_the_second()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        var root = new Approver(world.Administrator, await App.EnrolledAsync(world.Administrator));

        await (await AgreeAsync(root, id)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.True(await world.GrantsAsync());
    }

    // Also where the registry asks a second factor only of those who have one.
    [Fact]
    public async Task Agreeing_takes_a_second_factor_and_a_sign_in()
    {
        var carl = await App.SignedInAsync("carl");
        await App.OwnsAsync("carl", TrustWorld.Package);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        var token = await App.BypassingTokenAsync(bob.Token);

        await (await App.PostAsync(PathOf(id), carl, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");
        await (await App.PostAsync(PathOf(id), bob.Token, null)).ShouldAskAsync();
        await (await App.PostAsync(PathOf(id), token, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task Where_a_passkey_is_demanded_too_agreeing_takes_one()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        await App.OperatorDemandsAsync("@acme", Demanding.Passkey);

        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");

        var holder = await PasskeyHolder.AddAsync(App, "bob", bob.Token, bob.Factor);
        await (await holder.DoAsync(HttpMethod.Post, PathOf(id))).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task What_npm_writes_waits_as_well_and_npm_shows_for_what()
    {
        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(), alice);

        await answer.ShouldBeCreatedAsync();
        Assert.Contains("somebody else who may write this policy agrees", answer.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task What_narrows_is_at_once()
    {
        var id = await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));

        var edited = await (await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["runner"] = "self-hosted"), alice)).ShouldBeAsync(HttpStatusCode.OK);
        var deny = await (await world.WritePolicyAsync(PolicyRequest.Deny(TrustWorld.Package), alice)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(("in-force", "in-force"), ((string?)edited["state"], (string?)deny["state"]));
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_wider_edit_waits_and_what_it_replaces_holds_until_then()
    {
        var id = await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));

        using var answer = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["actions"]!.AsArray().Add("deprecate")), alice);

        var edited = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains($"until then policy {id} holds", answer.Notice(), StringComparison.OrdinalIgnoreCase);
        Assert.True(await world.GrantsAsync());
        var before = await world.PolicyAsync(id);
        Assert.Equal(("in-force", null), ((string?)before["state"], (string?)before["life"]!["endsAt"]));
        await (await AgreeAsync(bob, (string)edited["id"]!)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("ended", "in-force"), ((string?)(await world.PolicyAsync(id))["state"], (string?)(await world.PolicyAsync((string)edited["id"]!))["state"]));
        Assert.True(await world.GrantsAsync());
    }

    // Narrowing must not have to wait for what somebody asked for.
    [Fact]
    public async Task What_holds_while_its_replacement_waits_is_ended_by_npm_at_once()
    {
        var id = await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));
        await (await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["actions"]!.AsArray().Add("deprecate")), alice)).ShouldBeAsync(HttpStatusCode.OK);

        using var revoked = await world.RevokeTrustAsync(TrustWorld.Package, id);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.False(await world.GrantsAsync());
    }

    [Theory]
    [InlineData("withdrawn")]
    [InlineData("ended")]
    [InlineData("lapsed")]
    public async Task A_wider_edit_that_nobody_agreed_to_leaves_what_was(string way)
    {
        var id = await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));
        var edited = (string)(await (await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["actions"]!.AsArray().Add("deprecate")), alice)).ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        switch (way)
        {
            case "withdrawn":
                await (await App.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/policies/{edited}/withdraw", bob.Token, bob.Factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
                break;
            case "ended":
                await (await world.EndPolicyAsync(edited, alice)).ShouldBeAsync(HttpStatusCode.OK);
                break;
            default:
                App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromHours(1));
                await Eventually.HoldsAsync(async () => (await App.RecordedAsync("policy.lapsed")).Count == 1);
                break;
        }

        var stays = await world.PolicyAsync(id);
        Assert.Equal(("in-force", null), ((string?)stays["state"], (string?)stays["life"]!["endsAt"]));
        Assert.Equal("ended", (string?)(await world.PolicyAsync(edited))["state"]);
        await (await AgreeAsync(bob, edited)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
    }

    // Otherwise a harmless edit of what waits would be a way around the second person.
    [Fact]
    public async Task An_edit_of_what_waits_goes_on_waiting_and_is_its_author_s()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        var edited = (string)(await (await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["note"] = "so"), alice)).ShouldBeAsync(HttpStatusCode.OK))["id"]!;
        var rearmed = (string)(await (await world.RearmAsync(edited, token: alice)).ShouldBeAsync(HttpStatusCode.OK))["id"]!;

        Assert.False(await world.GrantsAsync());
        await (await AgreeAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
        await (await AgreeAsync(bob, rearmed)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_deny_is_lifted_when_a_second_person_agrees()
    {
        await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package), alice);

        using var ended = await world.EndPolicyAsync(deny, alice);

        var shown = await ended.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("in-force", "its end"), ((string?)shown["state"], (string?)shown["secondPerson"]!["for"]));
        Assert.Contains($"{deny}/agree", ended.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        await (await world.EndPolicyAsync(deny, alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-ended");
        await (await AgreeAsync(bob, deny)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deny_whose_end_nobody_agreed_to_holds_on_and_can_be_ended_anew(bool isWithdrawn)
    {
        await AgreedAsync(PolicyRequest.Github(TrustWorld.Package));
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package), alice);
        await (await world.EndPolicyAsync(deny, alice)).ShouldBeAsync(HttpStatusCode.OK);
        if (isWithdrawn)
        {
            await (await App.PostAsync($"/-/assay/v1/policies/{deny}/withdraw", alice, null)).ShouldBeAsync(HttpStatusCode.OK);
        }
        App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));

        Assert.False(await world.GrantsAsync());
        await (await world.EndPolicyAsync(deny, alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await AgreeAsync(bob, deny)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_policy_of_a_pattern_or_a_scope_waits_for_what_one_package_in_it_demands()
    {
        await App.OperatorDemandsAsync("@acme", Demanding.Second, isOn: false, now: true);
        await App.OperatorDemandsAsync(TrustWorld.Package, Demanding.Second);

        var wide = await (await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"), alice)).ShouldBeAsync(HttpStatusCode.Created);
        var beside = await (await world.WritePolicyAsync(PolicyRequest.Github("@acme/other*"), alice)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(("waiting", "in-force"), ((string?)wide["state"], (string?)beside["state"]));
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task Inheriting_waits_too()
    {
        await AgreedAsync(PolicyRequest.Strict(TrustWorld.Package));
        var adam = new Approver(await App.MemberAsync(alice, "acme", "adam", "admin"), null!);
        adam = adam with { Factor = await App.EnrolledAsync(adam.Token) };
        await (await AgreeAsync(adam, await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), alice))).ShouldBeAsync(HttpStatusCode.OK);

        using var answer = await world.InheritAsync(true, token: alice);

        var shown = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((false, null, "alice"), ((bool)shown["inherits"]!, (string?)shown["inheritsFrom"], (string?)shown["inheritanceWaits"]!["askedBy"]));
        Assert.Contains("/inheritance/agree", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal(TrustWorld.Package, (string?)(await WaitingAsync(bob.Token))["inheritance"]![0]!["package"]);
        Assert.False(await world.GrantsAsync());
        await (await AgreeToInheritanceAsync(alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
        await (await AgreeToInheritanceAsync(bob.Token, bob.Factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Inheriting_that_nobody_agreed_to_is_gone_and_can_be_withdrawn_before()
    {
        await (await world.InheritAsync(true, token: alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await App.WithCodeAsync(
            HttpMethod.Put, $"/-/assay/v1/package/{TrustWorld.Escape(TrustWorld.Package)}/inheritance", bob.Token, bob.Factor.NextCode(), new JsonObject { ["inherits"] = false })).ShouldBeAsync(HttpStatusCode.OK);
        await (await AgreeToInheritanceAsync(bob.Token, bob.Factor.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
        await (await world.InheritAsync(true, token: alice)).ShouldBeAsync(HttpStatusCode.OK);

        App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromHours(1));

        await Eventually.HoldsAsync(async () => (await App.RecordedAsync("policy.lapsed")).Count == 1);
        Assert.Null((await world.PoliciesOfAsync(token: alice))["inheritanceWaits"]);
    }

    // Ending the last own policy would let the wider ones count, by one person's word.
    [Fact]
    public async Task Wider_policies_do_not_count_again_because_one_person_ended_the_package_s_own()
    {
        var own = await AgreedAsync(PolicyRequest.Strict(TrustWorld.Package));
        var root = new Approver(world.Administrator, await App.EnrolledAsync(world.Administrator));
        await (await AgreeAsync(root, await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), alice))).ShouldBeAsync(HttpStatusCode.OK);

        using var ended = await world.EndPolicyAsync(own, alice);

        Assert.Contains("unless it inherits", ended.Notice(), StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
        App.Clock.Advance(TimeSpan.FromDays(5));
        Assert.False(await world.GrantsAsync());
        await (await world.InheritAsync(true, token: alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await AgreeToInheritanceAsync(bob.Token, bob.Factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task The_cooling_off_counts_from_the_asking_and_is_never_shortened_by_agreeing()
    {
        await world.DisposeAsync();
        await StartAsync("--Assay:TrustedPublishing:CoolingOffHours=48");
        var early = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        App.Clock.Advance(TimeSpan.FromHours(24));

        await (await AgreeAsync(bob, early)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.False(await world.GrantsAsync());
        App.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        Assert.False(await world.GrantsAsync());
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task The_operator_needs_no_second_person_and_that_is_recorded()
    {
        await world.LinesAsync("/policy/create", new JsonObject { ["policy"] = PolicyRequest.Github(TrustWorld.Package), ["by"] = "root" });

        Assert.True(await world.GrantsAsync());
        Assert.Contains("by operator: without a second person", (await App.RecordedAsync("policy.agreed")).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_goes_on_waiting_when_the_demand_has_ended()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        await App.OperatorDemandsAsync("@acme", Demanding.Second, isOn: false, now: true);

        Assert.False(await world.GrantsAsync());
        await (await AgreeAsync(bob, id)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Where_nothing_waits_there_is_nothing_to_agree_to()
    {
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package), alice);

        await (await AgreeAsync(bob, deny)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
        await (await App.PostAsync($"/-/assay/v1/policies/{deny}/withdraw", alice, null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
        await (await AgreeToInheritanceAsync(alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "nothing-to-agree");
    }

    private async ValueTask StartAsync(params string[] configuration)
    {
        world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:SecondOwnerHours=0", .. configuration]);
        alice = await App.SignedInAsync("alice");
        await App.OrganisationAsync("acme", "alice");
        await App.PublishedAsync(alice, new TestPackage(TrustWorld.Package, "0.1.0"));
        bob = await App.ApproverAsync("bob", TrustWorld.Package);
        await App.OperatorDemandsAsync("@acme", Demanding.Second);
    }

    private async Task<string> AgreedAsync(JsonObject policy)
    {
        var id = await world.WrittenPolicyAsync(policy, alice);
        await (await AgreeAsync(bob, id)).ShouldBeAsync(HttpStatusCode.OK);
        if (policy["fields"]!["environment"] is null)
        {
            // It learns its ids, so that weeks do not make it inert.
            Assert.True(await world.GrantsAsync());
        }
        return id;
    }

    private static string PathOf(string id) => $"/-/assay/v1/policies/{id}/agree";

    private Task<HttpResponseMessage> AgreeAsync(Approver second, string id) => App.WithCodeAsync(HttpMethod.Post, PathOf(id), second.Token, second.Factor.NextCode());

    private Task<HttpResponseMessage> AgreeToInheritanceAsync(string token, string? code = null) =>
        App.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/package/{TrustWorld.Escape(TrustWorld.Package)}/inheritance/agree", token, code);

    private async Task<JsonObject> WaitingAsync(string token) => await (await App.GetAsync("/-/assay/v1/policies/waiting", token)).ShouldBeAsync(HttpStatusCode.OK);
}
