using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.Pages.Trust;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Publishing;

/// <summary>What a publish has to prove, stages and what they change, on pages.</summary>
public sealed class PublishingPageTests
{
    private const string Page = "/-/packages/@acme/hello/publishing";

    [Fact]
    public async Task A_lock_is_tightened_at_once_and_loosened_later_with_the_second_factor()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/hello", "1.0.0"));
        var factor = await app.EnrolledAsync(alice);
        var visitor = await Browser.AtAsync(app, "alice", Page);
        Assert.Contains("Not set here: the registry's default applies.", visitor.Text, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("Lock", ("held", "oidc-only"));
        Assert.Contains("Confirm with your second factor", visitor.Problem, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Lock", ("held", "oidc-only"), ("factor", factor.NextCode()));
        Assert.Contains("oidc-only", visitor.Document.QuerySelector(".mark.gold")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Set on this package.", visitor.Text, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Lock", ("held", "tokens-allowed"), ("factor", factor.NextCode()));

        Assert.Contains("oidc-only", visitor.Document.QuerySelector(".mark.gold")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("It becomes tokens-allowed", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demands_staging_readers_owners_and_tags_are_changed_here()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/hello", "1.0.0"));
        var visitor = await Browser.AtAsync(app, "alice", Page);

        await visitor.SubmitAndFollowAsync("Staging", ("approvals", "2"), ("days", "3"), ("everyPublish", "true"));
        await visitor.SubmitAndFollowAsync("Readers", ("readers", "teams"));
        await visitor.SubmitAndFollowAsync("AddOwner", ("user", "bob"));
        await visitor.SubmitAndFollowAsync("Tag", ("tag", "next"), ("version", "1.0.0"));
        await visitor.SubmitAndFollowAsync("Demand", form => form.QuerySelector("input[value=secondOwner]") is not null);

        Assert.Contains("A staged version takes 2 approvals and waits 3 days. Every publish becomes a stage.", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("those who have a role in it", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("bob", visitor.Document.QuerySelector("#remove-owner")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("next", visitor.Document.QuerySelector("section[aria-labelledby=tags] dl")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Since", visitor.Document.QuerySelectorAll("section[aria-labelledby=lock] .card")[^1].TextContent, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("RemoveOwner", ("user", "bob"));
        await visitor.SubmitAndFollowAsync("RemoveTag", ("tag", "next"));
        await visitor.SubmitAndFollowAsync("AddOwner", ("user", "nobody-like-this"));

        Assert.Contains("There is no person named nobody-like-this", visitor.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("next", visitor.Document.QuerySelector("section[aria-labelledby=tags] dl")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stranger", HttpStatusCode.NotFound)]
    [InlineData("reader", HttpStatusCode.Forbidden)]
    [InlineData("writer", HttpStatusCode.OK)]
    [InlineData("owner", HttpStatusCode.OK)]
    [InlineData("root", HttpStatusCode.OK)]
    public async Task Each_sees_what_they_may(string caller, HttpStatusCode status)
    {
        await using var world = await TrustPageTests.PeopleAsync();

        var visitor = await Browser.AtAsync(world.App, caller, Page);

        Assert.Equal(status, visitor.Status);
        Assert.Equal(caller is "owner" or "root", visitor.Handlers.Contains("Lock"));
        Assert.Equal(status is HttpStatusCode.OK, visitor.Handlers.Contains("Tag"));
    }

    [Fact]
    public async Task A_scopes_lock_is_set_by_those_who_administer_it()
    {
        await using var world = await TrustPageTests.PeopleAsync();
        var owner = await Browser.AtAsync(world.App, "owner", "/-/scopes/@acme/publishing");

        await owner.SubmitAndFollowAsync("Lock", ("held", "oidc-only"));

        Assert.Contains("oidc-only", owner.Document.QuerySelector(".mark.gold")!.TextContent, StringComparison.Ordinal);
        var reader = await Browser.AtAsync(world.App, "reader", "/-/scopes/@acme/publishing");
        Assert.Equal((HttpStatusCode.OK, false), (reader.Status, reader.Handlers.Contains("Lock")));
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.AtAsync(world.App, "stranger", "/-/scopes/@acme/publishing")).Status);
    }

    [Fact]
    public async Task A_stage_shows_what_it_changes_and_another_person_approves_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/hello", "1.0.0"));
        var bob = await app.ApproverAsync("bob", "@acme/hello");
        var id = await app.StagedAsync(alice, new TestPackage("@acme/hello", "1.1.0") { Manifest = new JsonObject { ["scripts"] = new JsonObject { ["postinstall"] = "<b>node</b> x.js" } } });
        var visitor = await Browser.AtAsync(app, "bob", "/-/stages");
        await visitor.OpenAsync(visitor.Document.QuerySelector("main tbody th a")!.GetAttribute("href")!);
        foreach (var words in new[] { "Against 1.0.0", "It runs a script when it is installed", "and the version before did not", "<b>node</b> x.js", "1 more approval is needed", "staged by", "alice" })
        {
            Assert.Contains(words, visitor.Text, StringComparison.Ordinal);
        }
        Assert.Empty(visitor.Document.QuerySelectorAll("main b"));
        Assert.NotNull(visitor.Document.QuerySelector("main a.primary[href='#decide']"));
        Assert.NotNull(visitor.Document.QuerySelector("#decide"));
        Assert.DoesNotContain("In all it takes", visitor.Text, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("Approve");
        Assert.Contains("Confirm with your second factor", visitor.Problem, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Approve", ("factor", bob.Factor.NextCode()));

        Assert.Contains("Approved and published", visitor.Text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0", "1.1.0"], await app.VersionsOfAsync("@acme/hello"));
        Assert.Equal("approved", await app.ReadAsync(db => db.Stages.Where(row => row.StageId == id).Select(row => row.Status).SingleAsync()));
    }

    [Fact]
    public async Task Whoever_staged_it_does_not_approve_it_and_rejecting_frees_the_version()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/hello", "1.0.0"));
        var factor = await app.EnrolledAsync(alice);
        var id = await app.StagedAsync(alice, new TestPackage("@acme/hello", "1.1.0"));
        var visitor = await Browser.AtAsync(app, "alice", $"/-/stages/{id}");

        await visitor.SubmitAndFollowAsync("Approve", ("factor", factor.NextCode()));
        Assert.Contains("You staged", visitor.Problem, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Reject", ("factor", factor.NextCode()));

        Assert.Contains("Its version is free again", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing waits", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stages_are_put_together_and_approved_at_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        List<string> ids = [];
        foreach (var name in new[] { "@acme/hello", "@acme/other" })
        {
            await app.PublishedAsync(alice, new TestPackage(name, "1.0.0"));
            ids.Add(await app.StagedAsync(alice, new TestPackage(name, "2.0.0")));
        }
        var bob = await app.ApproverAsync("bob", "@acme/hello", "@acme/other");
        var visitor = await Browser.AtAsync(app, "bob", "/-/stages");

        await visitor.SubmitAndFollowAsync("Group");
        Assert.Contains("Choose", visitor.Problem, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Group", [.. ids.Select(id => ("stages", (string?)id))]);
        Assert.Contains("2 versions, approved with one confirmation", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("Look at each version first.", visitor.Text, StringComparison.Ordinal);
        Assert.Equal(ids.Select(id => $"/-/stages/{id}").Order(StringComparer.Ordinal), visitor.Document.QuerySelectorAll("main table a").Select(link => link.GetAttribute("href")!).Order(StringComparer.Ordinal));
        await visitor.SubmitAndFollowAsync("Approve", ("factor", bob.Factor.NextCode()));

        Assert.Contains("Approved and published", visitor.Text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0", "2.0.0"], await app.VersionsOfAsync("@acme/other"));
    }

    [Fact]
    public async Task Readers_and_strangers_see_no_stages_and_approve_none()
    {
        await using var world = await TrustPageTests.PeopleAsync();
        var id = await world.App.StagedAsync(world.Administrator, new TestPackage(TrustWorld.Package, "1.1.0"));

        foreach (var caller in new[] { "reader", "stranger" })
        {
            var visitor = await Browser.AtAsync(world.App, caller, "/-/stages");
            Assert.Contains("Nothing waits", visitor.Text, StringComparison.Ordinal);
            await visitor.OpenAsync($"/-/stages/{id}");
            Assert.Equal(HttpStatusCode.NotFound, visitor.Status);
        }
        var writer = await Browser.AtAsync(world.App, "writer", $"/-/stages/{id}");
        Assert.Equal(HttpStatusCode.OK, writer.Status);
        await writer.SubmitAndFollowAsync("Approve");
        Assert.Contains("second factor", writer.Problem, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await world.App.VersionsOfAsync(TrustWorld.Package));
    }
}
