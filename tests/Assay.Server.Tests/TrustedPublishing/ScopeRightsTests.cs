using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What owners and admins of an organisation do with trust in its scopes, beside the registry's administrators.</summary>
public sealed class ScopeRightsTests : IAsyncLifetime
{
    private TrustWorld world = null!;
    private string alice = null!;
    private string adam = null!;
    private string dev = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        alice = await world.App.SignedInAsync("alice");
        await world.App.OrganisationAsync("acme", "alice");
        adam = await world.App.MemberAsync(alice, "acme", "adam", "admin");
        dev = await world.App.MemberAsync(alice, "acme", "dev");
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/ui-*")]
    public async Task They_write_see_change_and_end_policies_of_the_scope_and_its_patterns(string target)
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(target), adam);

        Assert.Equal([id], (await world.ListedAsync(token: alice)).Select(policy => (string?)policy!["id"]));
        Assert.Equal(id, (string?)(await world.PolicyAsync(id, alice))["id"]);
        await (await world.EditPolicyAsync(id, PolicyRequest.Strict(target), alice)).ShouldBeAsync(HttpStatusCode.OK);
        var edited = (string)(await world.ListedAsync(token: adam))[0]!["id"]!;
        await (await world.EndPolicyAsync(edited, adam)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_run_publishes_under_such_a_policy_and_its_author_owns_what_is_new()
    {
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), adam);

        await world.PublishFromGithubAsync("1.0.0", package: "@acme/one");

        Assert.Equal(["adam"], await world.App.ReadAsync(db => db.PackageOwners.Join(db.People, owner => owner.PersonId, person => person.Id, (_, person) => person.Name).ToListAsync()));
    }

    [Fact]
    public async Task Developers_write_and_see_none()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), adam);

        await (await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"), dev)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await world.App.GetAsync($"/-/assay/v1/policies/{id}", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        await (await world.EndPolicyAsync(id, dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        Assert.Empty(await world.ListedAsync(token: dev));
    }

    [Theory]
    [InlineData("@other/*")]
    [InlineData("@acme-labs/*")]
    [InlineData("*")]
    public async Task Beyond_their_scopes_they_write_nothing(string target)
    {
        using var answer = await world.WritePolicyAsync(PolicyRequest.Deny(target), adam);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
    }

    [Fact]
    public async Task A_token_that_only_reads_writes_no_policy()
    {
        var reading = await world.App.TokenAsync(adam, []);

        await (await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"), reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await world.WritePolicyAsync(PolicyRequest.Github("@acme/new"), reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task A_deny_of_an_administrator_is_not_theirs_to_lift()
    {
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*"));
        var own = await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/ui-*"), adam);

        await (await world.EndPolicyAsync(deny, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "deny-of-administrators");
        await (await world.EndPolicyAsync(own, alice)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task They_say_who_publishes_a_name_that_does_not_exist_and_so_reserve_it()
    {
        await (await world.WritePolicyForAsync("@acme/new", PolicyRequest.Github(), dev)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-not-owned");

        await (await world.WritePolicyForAsync("@acme/new", PolicyRequest.Github(), adam)).ShouldBeAsync(HttpStatusCode.Created);

        await (await world.PublishAsync(dev, "1.0.0", "@acme/new")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/new");
        await (await world.WritePolicyForAsync("@free/new", PolicyRequest.Github(), adam)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-not-owned");
    }

    [Fact]
    public async Task A_policy_of_somebody_who_is_no_admin_any_more_is_pointed_out()
    {
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), adam);
        Assert.DoesNotContain("creator-has-left", Findings(await world.PolicyAsync(id)), StringComparison.Ordinal);

        await (await world.App.SetMemberAsync(alice, "acme", "adam")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Contains("creator-has-left", Findings(await world.PolicyAsync(id)), StringComparison.Ordinal);
    }

    private static string Findings(JsonObject policy) => policy["hygiene"]!.ToJsonString();
}
