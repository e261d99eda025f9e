using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What owners and administrators are shown to look at.</summary>
public sealed class PolicyHygieneTests
{
    private const string Hygiene = "/-/assay/v1/policies/hygiene";

    [Fact]
    public async Task A_policy_in_use_is_nothing_to_look_at()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        Assert.Empty(await world.ListedAsync(Hygiene));
        Assert.Empty((await world.ListedAsync()).Single()!["hygiene"]!.AsArray());
    }

    [Fact]
    public async Task Administrators_are_shown_every_policy_to_look_at_and_owners_theirs()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        var own = await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package), owner);
        var wide = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));

        Assert.Equal(new[] { own, wide }.Order(StringComparer.Ordinal), (await world.ListedAsync(Hygiene)).Select(policy => (string)policy!["id"]!));
        var shown = Assert.Single(await world.ListedAsync(Hygiene, owner))!;
        Assert.Equal(["never-used", "expires-soon", "unpinned", "gate-declared"], Codes(shown));
    }

    [Fact]
    public async Task An_unused_policy_is_pointed_out_long_before_it_becomes_idle()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var used = (string)(await world.ListedAsync()).Single()!["life"]!["lastUsedAt"]!;

        world.App.Clock.Advance(TimeSpan.FromDays(25));
        var renewed = await world.App.SignedInAsync("admin-2", isAdministrator: true);
        Assert.Empty(await world.ListedAsync(Hygiene, renewed));
        world.App.Clock.Advance(TimeSpan.FromDays(100));
        renewed = await world.App.SignedInAsync("admin-3", isAdministrator: true);

        var shown = Assert.Single(await world.ListedAsync(Hygiene, renewed))!;
        Assert.Equal(["unused-for-long"], Codes(shown));
        Assert.Contains(used, (string?)shown["hygiene"]![0]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_policy_grants_nothing_until_an_owner_confirms_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, "--Assay:TrustedPublishing:IdleDays=10");
        var id = (string)(await world.ListedAsync()).Single()!["id"]!;
        world.App.Clock.Advance(TimeSpan.FromDays(10) + TimeSpan.FromSeconds(1));

        using var refused = await world.ExchangeAsync(world.Github());
        await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "policy-idle");
        Assert.Equal(["idle"], Codes(Assert.Single(await world.ListedAsync(Hygiene))!));

        await (await world.RearmAsync(id)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task A_policy_whose_author_may_not_write_it_any_more_is_pointed_out_until_somebody_answers_for_it()
    {
        await using var world = await TrustWorld.StartAsync();
        var leaving = await world.App.SignedInAsync("leaving", isAdministrator: true);
        var wide = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"), leaving);
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/one");
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/two");
        Assert.Empty(await world.ListedAsync(Hygiene));

        await DemoteAsync(world, "leaving");
        Assert.Equal(["creator-has-left"], Codes(Assert.Single(await world.ListedAsync(Hygiene))!));

        using var rearmed = await world.RearmAsync(wide);
        Assert.Equal("root", (string?)(await rearmed.ShouldBeAsync(HttpStatusCode.OK))["createdBy"]);
        Assert.Empty(await world.ListedAsync(Hygiene));
    }

    [Fact]
    public async Task A_scope_policy_that_only_ever_published_one_package_could_be_narrower()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/one");

        // An edit makes it no younger.
        using var edited = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["runner"] = "github-hosted"));
        var shown = await edited.ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["wider-than-used"], Codes(shown));
        Assert.Contains("@acme/one", (string?)shown["hygiene"]![0]!["text"], StringComparison.Ordinal);
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/two");
        Assert.Empty(await world.ListedAsync(Hygiene));
    }

    private static IEnumerable<string> Codes(JsonNode policy) => policy["hygiene"]!.AsArray().Select(finding => (string)finding!["code"]!);

    private static Task<PersonRow> DemoteAsync(TrustWorld world, string name) => world.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.AsTracking().SingleAsync(row => row.Name == name, stop);
        person.IsAdministrator = false;
        commit.Changed(Credential.AllChanged);
        return person;
    }, CancellationToken.None);
}
