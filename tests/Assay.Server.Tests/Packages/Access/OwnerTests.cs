using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Access;

/// <summary><c>npm owner</c> and pnpm's.</summary>
public sealed class OwnerTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string alice = null!;
    private string bob = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task The_owners_that_npm_sends_are_those_that_are_from_then_on()
    {
        await (await SetAsync(alice, "alice", "bob")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["alice", "bob"], await OwnersAsync());
        await app.PublishedAsync(bob, new TestPackage("@acme/x", "1.1.0"));
        await (await SetAsync(bob, "bob")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["bob"], await OwnersAsync());
        await (await new TestPackage("@acme/x", "1.2.0").PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Equal(["owner.added alice", "owner.added bob", "owner.removed alice"], await app.ReadAsync(db => db.AuditEvents
            .Where(row => row.Action.StartsWith("owner.")).OrderBy(row => row.Id).Select(row => row.Action + " " + row.Detail).ToListAsync()));
    }

    [Fact]
    public async Task Nothing_but_owners_is_taken_from_the_document()
    {
        var before = await app.PackumentAsync(alice, "@acme/x");

        await (await SetAsync(alice, "alice", "bob")).ShouldBeAsync(HttpStatusCode.OK);

        var after = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal("bob@example.test", (string?)after["maintainers"]![1]!["email"]);
        Assert.Equal(before["versions"]!["1.0.0"]!["dist"]!.ToJsonString(), after["versions"]!["1.0.0"]!["dist"]!.ToJsonString());
        Assert.NotEqual((string?)before["_rev"], (string?)after["_rev"]);
    }

    [Fact]
    public async Task A_list_made_from_an_older_revision_is_refused()
    {
        var stale = (string)(await app.PackumentAsync(alice, "@acme/x"))["_rev"]!;
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));

        using var answer = await SetAtAsync(stale, alice, "bob");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        Assert.Equal(["alice"], await OwnersAsync());
    }

    [Fact]
    public async Task Pnpm_adds_and_removes_one()
    {
        await (await app.PutAsync("/-/package/@acme%2fx/owners", alice, new JsonObject { ["user"] = "bob" })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["alice", "bob"], await OwnersAsync());

        await (await app.DeleteAsync("/-/package/@acme%2fx/owners/alice", bob)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["bob"], await OwnersAsync());
    }

    [Fact]
    public async Task The_last_owner_stays_where_no_organisation_owns_the_scope()
    {
        await (await SetAsync(alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-owner");
        await (await app.DeleteAsync("/-/package/@acme%2fx/owners/alice", alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-owner");
        Assert.Equal(["alice"], await OwnersAsync());

        await app.OrganisationAsync("acme", "bob");

        await (await app.DeleteAsync("/-/package/@acme%2fx/owners/alice", alice)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty(await OwnersAsync());
        await app.PublishedAsync(bob, new TestPackage("@acme/x", "1.1.0"));
    }

    [Fact]
    public async Task Whoever_does_not_administer_the_package_changes_no_owners_and_is_told_who_can()
    {
        var told = await (await SetAsync(bob, "alice", "bob")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");

        Assert.Contains("These can help: alice.", told);
        await (await app.PutAsync("/-/package/@acme%2fx/owners", bob, new JsonObject { ["user"] = "bob" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.DeleteAsync("/-/package/@acme%2fx/owners/alice", bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Equal(["alice"], await OwnersAsync());
    }

    [Fact]
    public async Task A_role_for_writing_is_not_enough()
    {
        await app.OrganisationAsync("acme", "alice");
        await (await app.SetMemberAsync(alice, "acme", "bob")).ShouldBeAsync(HttpStatusCode.Created);
        await app.TeamAsync(alice, "acme", "core", "bob");
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-write");

        using var answer = await SetAsync(bob, "alice", "bob");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task A_token_that_only_reads_changes_no_owners()
    {
        var reading = await app.TokenAsync(alice, []);

        await (await SetAsync(reading, "alice", "bob")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.PutAsync("/-/package/@acme%2fx/owners", reading, new JsonObject { ["user"] = "bob" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task Nobody_owns_who_does_not_exist()
    {
        using var answer = await SetAsync(alice, "alice", "nobody");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "person-not-found");
    }

    [Theory]
    [InlineData("""{"maintainers":"bob"}""")]
    [InlineData("""{"maintainers":["bob"]}""")]
    [InlineData("""{"maintainers":[{"email":"bob@example.test"}]}""")]
    [InlineData("""{}""")]
    public async Task A_document_without_people_changes_nothing(string document)
    {
        var revision = (string)(await app.PackumentAsync(alice, "@acme/x"))["_rev"]!;

        using var answer = await app.PutAsync($"/@acme%2fx/-rev/{revision}", alice, JsonNode.Parse(document)!);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "nothing-to-do");
        Assert.Equal(["alice"], await OwnersAsync());
    }

    [Fact]
    public async Task While_a_package_is_frozen_its_owners_stay_and_administrators_can_still_help()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await (await app.PostAsync("/-/assay/v1/freezes", root, new JsonObject { ["package"] = "@acme/x", ["reason"] = "to look" })).ShouldBeAsync(HttpStatusCode.Created);

        await (await SetAsync(alice, "alice", "bob")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        await (await app.SetAccessAsync(alice, "@acme/x", "teams")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        await (await SetAsync(root, "bob")).ShouldBeAsync(HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> SetAsync(string token, params string[] owners) =>
        await SetAtAsync((string)(await app.PackumentAsync(alice, "@acme/x"))["_rev"]!, token, owners);

    private Task<HttpResponseMessage> SetAtAsync(string revision, string token, params string[] owners) =>
        app.PutAsync($"/@acme%2fx/-rev/{revision}", token, new JsonObject
        {
            ["_id"] = "@acme/x",
            ["_rev"] = revision,
            ["maintainers"] = new JsonArray([.. owners.Select(name => new JsonObject { ["name"] = name, ["email"] = "any@example.test" })]),
        });

    private async Task<IEnumerable<string>> OwnersAsync() =>
        (await app.PackumentAsync(alice, "@acme/x"))["maintainers"]!.AsArray().Select(person => (string)person!["name"]!).Order(StringComparer.Ordinal);
}
