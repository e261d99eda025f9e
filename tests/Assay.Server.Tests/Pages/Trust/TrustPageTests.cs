using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Trust;

/// <summary>The page on which people see whom a package trusts, and take trust back.</summary>
public sealed class TrustPageTests
{
    private const string Page = "/-/packages/@acme/hello/trust";

    [Fact]
    public async Task A_policy_is_shown_in_words_with_its_state_and_its_gate()
    {
        await using var world = await TrustWorld.WithPolicyAsync(environment: "release");

        var visitor = await Browser.AtAsync(world.App, "root", Page);

        Assert.Equal(HttpStatusCode.OK, visitor.Status);
        var card = visitor.Text;
        foreach (var words in new[] { "GitHub Actions", "octo-org/octo-repo · publish.yml", "For this package, runs may publish versions.", "active", "release gate declared", "never used", "make sure at GitHub that this environment deploys only", "Replace, re-arm or end", "not learned yet", "release" })
        {
            Assert.Contains(words, card, StringComparison.Ordinal);
        }
        Assert.Contains(world.App.Url.AbsoluteUri, visitor.Document.QuerySelector("article.card pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_a_policy_takes_the_second_factor_and_revokes()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var factor = await world.App.EnrolledAsync(world.Administrator);
        var visitor = await Browser.AtAsync(world.App, "root", Page);

        await visitor.SubmitAndFollowAsync("End");
        Assert.Contains("Confirm with your second factor", visitor.Problem, StringComparison.Ordinal);
        Assert.True(await world.GrantsAsync());
        await visitor.SubmitAndFollowAsync("End", ("factor", factor.NextCode()));

        Assert.Contains("The policy ends", visitor.Text, StringComparison.Ordinal);
        Assert.False(await world.GrantsAsync());
    }

    [Fact]
    public async Task An_inert_policy_says_so_and_is_armed_again()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        world.App.Clock.Advance(TimeSpan.FromDays(8));
        var visitor = await Browser.AtAsync(world.App, "root", Page);
        Assert.Contains("inert", visitor.Document.QuerySelector("article.card")!.TextContent, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("Rearm");

        Assert.Contains("armed again", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("active", visitor.Document.QuerySelector("article.card")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_a_second_owner_is_agreed_to_by_another_and_never_by_the_same()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.App.SignedInAsync("other", isAdministrator: true);
        var factor = await world.App.EnrolledAsync(world.Administrator);
        await world.WritePolicyWithCodeAsync(factor, PolicyRequest.Github(TrustWorld.Package));
        await world.App.OperatorDemandsAsync(TrustWorld.Package, Demanding.Second);
        await world.WritePolicyWithCodeAsync(factor, PolicyRequest.Strict(TrustWorld.Package));
        var root = await Browser.AtAsync(world.App, "root", Page);
        Assert.Contains("waits for a second person", root.Text, StringComparison.Ordinal);

        await root.SubmitAndFollowAsync("Agree", ("factor", factor.NextCode()));
        Assert.Contains("somebody else", root.Problem, StringComparison.Ordinal);
        var other = await Browser.AtAsync(world.App, "other", Page);
        await other.SubmitAndFollowAsync("Withdraw");

        Assert.Contains("withdrawn", other.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("waits for a second person", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wider_policies_are_shown_and_whether_they_count_is_changed_here()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var visitor = await Browser.AtAsync(world.App, "root", Page);
        Assert.Contains("For the scope @acme", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("It does not count for this package now", visitor.Text, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("Inherit");

        Assert.DoesNotContain("It does not count for this package now", visitor.Text, StringComparison.Ordinal);
        Assert.True((bool)(await world.PoliciesOfAsync())["inherits"]!);
    }

    [Theory]
    [InlineData("nobody", null)]
    [InlineData("stranger", "you have no access to it")]
    [InlineData("reader", "takes the role")]
    [InlineData("writer", "takes the role")]
    [InlineData("owner", "Policies of this package")]
    [InlineData("root", "Policies of this package")]
    public async Task Each_sees_what_they_may(string caller, string? words)
    {
        await using var world = await PeopleAsync();
        foreach (var page in new[] { "", "/new", "/try", "/attempts", "/lint" })
        {
            var visitor = await Browser.AtAsync(world.App, caller == "nobody" ? null : caller, Page + page);
            Assert.True(caller is "owner" or "root" || !visitor.Page.Contains("octo-org", StringComparison.Ordinal), $"{caller} at {page} reads who publishes");
            if (words is null)
            {
                Assert.Contains("/-/sign-in", visitor.Location?.OriginalString, StringComparison.Ordinal);
                continue;
            }

            // A policy can be written for a name that does not exist yet, and who may do that is told to everybody.
            var expected = (caller, page) == ("stranger", "/new") ? "does not exist yet, or you may not know it" : words;
            Assert.True(page.Length > 0 && caller is "owner" or "root" ? visitor.Status == HttpStatusCode.OK : visitor.Page.Contains(expected, StringComparison.Ordinal), $"{caller} at {page}: {visitor.Status} {visitor.Text}");
        }
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("reader")]
    [InlineData("writer")]
    public async Task Nobody_else_ends_a_policy_with_a_form_of_their_own(string caller)
    {
        await using var world = await PeopleAsync();
        var id = await world.App.ReadAsync(db => db.TrustPolicies.Select(row => row.Id).FirstAsync());
        var visitor = await Browser.AtAsync(world.App, caller, "/-/account");

        await visitor.PostAsync($"{Page}?handler=End", ("id", id));

        Assert.NotEqual(HttpStatusCode.Found, visitor.Status);
        Assert.Null(await world.App.ReadAsync(db => db.TrustPolicies.Where(row => row.Id == id).Select(row => row.EndsAt).SingleAsync()));
    }

    [Fact]
    public async Task Trust_in_a_scope_is_for_those_who_administer_it()
    {
        await using var world = await PeopleAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/ui-*"));

        var owner = await Browser.AtAsync(world.App, "owner", "/-/scopes/@acme/trust");
        var reader = await Browser.AtAsync(world.App, "reader", "/-/scopes/@acme/trust");
        var stranger = await Browser.AtAsync(world.App, "stranger", "/-/scopes/@acme/trust");

        Assert.Equal(2, owner.Document.QuerySelectorAll("article.card").Length);
        Assert.Contains("For names like @acme/ui-*, runs may not", owner.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["/-/search?q=scope%3Aacme", "/-/scopes/@acme/trust", "/-/scopes/@acme/publishing", "/-/orgs/acme"],
            owner.Document.QuerySelectorAll("nav.tabs a").Select(link => link.GetAttribute("href")));
        Assert.Equal("Policies", owner.Document.QuerySelector("nav.subtabs a[aria-current=page]")!.TextContent);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (reader.Status, stranger.Status));
    }

    [Fact]
    public async Task What_strangers_wrote_into_fields_stays_text()
    {
        await using var world = await TrustWorld.StartAsync();
        const string Hostile = "<img src=x onerror=alert(1)>\"'";
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package, policy =>
        {
            policy["fields"]!["environment"] = Hostile;
            policy["note"] = Hostile;
            policy["when"] = new JsonObject { ["claim"] = "actor_id", ["is"] = Hostile };
        }));

        var visitor = await Browser.AtAsync(world.App, "root", Page);

        Assert.Contains(Hostile, visitor.Text, StringComparison.Ordinal);
        Assert.Empty(visitor.Document.QuerySelectorAll("main img, main script, main [onerror]"));
    }

    internal static async Task<TrustWorld> PeopleAsync()
    {
        var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await world.App.SignedInAsync("stranger");
        await world.App.OrganisationAsync("acme", "owner");
        await world.App.MemberAsync(owner, "acme", "reader");
        await world.App.MemberAsync(owner, "acme", "writer");
        await world.App.TeamAsync(owner, "acme", "readers", "reader");
        await world.App.TeamAsync(owner, "acme", "writers", "writer");
        await world.App.PublishedForTeamsAsync(owner, new TestPackage(TrustWorld.Package, "1.0.0"));
        await world.App.GrantedAsync(owner, "acme", "readers", TrustWorld.Package, "read-only");
        await world.App.GrantedAsync(owner, "acme", "writers", TrustWorld.Package, "read-write");
        await world.TrustGithubAsync();
        return world;
    }
}

internal static class PolicyPageExtensions
{
    /// <summary>By the administrator, who has a second factor.</summary>
    public static async Task WritePolicyWithCodeAsync(this TrustWorld world, TestFactor factor, JsonObject policy) =>
        await (await world.App.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", world.Administrator, factor.NextCode(), policy)).ShouldBeAsync(HttpStatusCode.Created);
}
