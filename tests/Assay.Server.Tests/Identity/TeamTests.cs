using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity;

/// <summary><c>npm team</c>.</summary>
public sealed class TeamTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string alice = null!;
    private string dev = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        dev = await app.MemberAsync(alice, "acme", "dev");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_team_is_listed_as_each_client_reads_it()
    {
        await app.TeamAsync(alice, "acme", "core", "dev");

        Assert.Equal("""["acme:core"]""", await ReadAsync("/-/org/acme/team?format=cli"));
        Assert.Equal("""[{"name":"core"}]""", await ReadAsync("/-/org/acme/team"));
        Assert.Equal("""["dev"]""", await ReadAsync("/-/team/acme/core/user?format=cli"));
        Assert.Equal("""[{"name":"dev"}]""", await ReadAsync("/-/team/acme/core/user"));
    }

    [Fact]
    public async Task A_destroyed_team_is_gone_with_its_members_and_what_it_was_given()
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-only");
        await (await app.GetAsync("/@acme%2fx", dev)).ShouldBeReadAsync();

        await (await app.DeleteAsync("/-/team/acme/core", alice)).ShouldBeAsync(HttpStatusCode.NoContent);

        await (await app.GetAsync("/@acme%2fx", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await app.GetAsync("/-/team/acme/core/user", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "team-not-found");
        Assert.Equal((0, 0, 0), await app.ReadAsync(async db => (await db.Teams.CountAsync(), await db.TeamMembers.CountAsync(), await db.TeamGrants.CountAsync())));
    }

    [Fact]
    public async Task Only_members_of_the_organisation_are_in_its_teams()
    {
        await app.SignedInAsync("bob");
        await app.TeamAsync(alice, "acme", "core");

        using var answer = await app.PutAsync("/-/team/acme/core/user", alice, new JsonObject { ["user"] = "bob" });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-a-member");
    }

    [Fact]
    public async Task Whoever_leaves_the_organisation_leaves_its_teams_and_packages_in_the_same_commit()
    {
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.PublishedAsync(dev, new TestPackage("@acme/devs", "1.0.0"));
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-write");

        await (await app.RemoveMemberAsync(alice, "acme", "dev")).ShouldBeAsync(HttpStatusCode.NoContent);

        await (await app.GetAsync("/@acme%2fx", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await new TestPackage("@acme/devs", "1.0.1").PublishAsync(app, dev)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Empty((await app.PackumentAsync(alice, "@acme/devs"))["maintainers"]!.AsArray());
        Assert.Equal("[]", await ReadAsync("/-/team/acme/core/user", alice));
        var recorded = await app.ReadAsync(db => db.AuditEvents.OrderByDescending(row => row.Id).Take(3).Select(row => $"{row.Action} {row.Subject}").ToListAsync());
        Assert.Equal(["owner.removed @acme/devs", "team.member-removed acme:core dev", "org.member-removed acme dev"], recorded);
    }

    [Fact]
    public async Task Developers_see_teams_and_change_none()
    {
        await app.TeamAsync(alice, "acme", "core");

        Assert.Equal("[]", await ReadAsync("/-/team/acme/core/user"));
        await (await app.PutAsync("/-/org/acme/team", dev, new JsonObject { ["name"] = "other" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.PutAsync("/-/team/acme/core/user", dev, new JsonObject { ["user"] = "dev" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.DeleteAsync("/-/team/acme/core", dev)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
    }

    [Fact]
    public async Task Whoever_is_taken_out_of_a_team_loses_what_it_gave_with_the_next_request()
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-only");
        await (await app.GetAsync("/@acme%2fx", dev)).ShouldBeReadAsync();

        await (await app.DeleteAsync("/-/team/acme/core/user", alice, new JsonObject { ["user"] = "dev" })).ShouldBeAsync(HttpStatusCode.NoContent);

        await (await app.GetAsync("/@acme%2fx", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await app.DeleteAsync("/-/team/acme/core/user", alice, new JsonObject { ["user"] = "dev" })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-a-member");
    }

    [Theory]
    [InlineData("Core")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-x")]
    [InlineData("a/b")]
    public async Task A_team_has_a_name_that_can_stand_in_an_address(string name)
    {
        using var answer = await app.PutAsync("/-/org/acme/team", alice, new JsonObject { ["name"] = name });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-name");
    }

    [Fact]
    public async Task A_team_is_made_once()
    {
        await app.TeamAsync(alice, "acme", "core");

        using var answer = await app.PutAsync("/-/org/acme/team", alice, new JsonObject { ["name"] = "core" });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "team-exists");
    }

    private async Task<string> ReadAsync(string path, string? token = null)
    {
        using var answer = await app.GetAsync(path, token ?? dev);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
