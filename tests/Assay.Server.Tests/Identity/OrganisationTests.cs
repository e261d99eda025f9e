using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity;

/// <summary><c>npm org</c>: who is in an organisation, and who says so.</summary>
public sealed class OrganisationTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Members_are_added_listed_and_removed()
    {
        var bob = await app.SignedInAsync("bob");

        var added = await (await app.SetMemberAsync(alice, "acme", "bob")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal("""{"org":{"name":"acme","size":2},"user":"bob","role":"developer"}""", added.ToJsonString());
        Assert.Equal("""{"alice":"owner","bob":"developer"}""", await RosterAsync(bob));
        await (await app.RemoveMemberAsync(alice, "acme", "bob")).ShouldBeAsync(HttpStatusCode.NoContent);
        Assert.Equal("""{"alice":"owner"}""", await RosterAsync(alice));
        Assert.Equal(
            ["org.created acme", "org.member-set acme alice", "org.member-set acme bob", "org.member-removed acme bob"],
            await RecordedAsync("org.", except: "org.scope-added"));
    }

    [Fact]
    public async Task Whoever_is_no_member_gets_the_answer_for_an_organisation_that_does_not_exist()
    {
        var bob = await app.SignedInAsync("bob");
        (HttpMethod Method, string Path, JsonObject? Body)[] requests =
        [
            (HttpMethod.Get, "/-/org/ORG/user", null),
            (HttpMethod.Put, "/-/org/ORG/user", new JsonObject { ["user"] = "bob", ["role"] = "owner" }),
            (HttpMethod.Delete, "/-/org/ORG/user", new JsonObject { ["user"] = "alice" }),
            (HttpMethod.Get, "/-/org/ORG/team", null),
            (HttpMethod.Put, "/-/org/ORG/team", new JsonObject { ["name"] = "devs" }),
            (HttpMethod.Get, "/-/org/ORG/package", null),
            (HttpMethod.Delete, "/-/team/ORG/devs", null),
            (HttpMethod.Get, "/-/team/ORG/devs/user", null),
            (HttpMethod.Put, "/-/team/ORG/devs/user", new JsonObject { ["user"] = "bob" }),
            (HttpMethod.Delete, "/-/team/ORG/devs/user", new JsonObject { ["user"] = "bob" }),
            (HttpMethod.Get, "/-/team/ORG/devs/package", null),
            (HttpMethod.Put, "/-/team/ORG/devs/package", new JsonObject { ["package"] = "x", ["permissions"] = "read-only" }),
            (HttpMethod.Delete, "/-/team/ORG/devs/package", new JsonObject { ["package"] = "x" }),
        ];

        foreach (var (method, path, body) in requests)
        {
            using var hidden = await app.SendAsync(method, path.Replace("ORG", "acme", StringComparison.Ordinal), bob, body is null ? null : RegistryApp.Json(body));
            using var missing = await app.SendAsync(method, path.Replace("ORG", "none", StringComparison.Ordinal), bob, body is null ? null : RegistryApp.Json(body));

            var told = await hidden.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "organisation-not-found");
            Assert.Equal(told, (await missing.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "organisation-not-found")).Replace("none", "acme", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_developer_sees_the_members_and_changes_nobody()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.SignedInAsync("bob");

        Assert.Contains("\"alice\":\"owner\"", await RosterAsync(dev));
        await (await app.SetMemberAsync(dev, "acme", "bob")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.SetMemberAsync(dev, "acme", "dev", "owner")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.RemoveMemberAsync(dev, "acme", "alice")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
    }

    [Fact]
    public async Task An_admin_changes_all_but_owners()
    {
        var admin = await app.MemberAsync(alice, "acme", "adam", "admin");
        await app.SignedInAsync("bob");

        await (await app.SetMemberAsync(admin, "acme", "bob", "admin")).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.SetMemberAsync(admin, "acme", "bob", "owner")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.SetMemberAsync(admin, "acme", "alice", "developer")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.SetMemberAsync(admin, "acme", "adam", "owner")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.RemoveMemberAsync(admin, "acme", "alice")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "organisation-role-too-low");
        await (await app.RemoveMemberAsync(admin, "acme", "bob")).ShouldBeAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_last_owner_neither_leaves_nor_becomes_something_else()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.MemberAsync(alice, "acme", "adam", "admin");

        await (await app.RemoveMemberAsync(alice, "acme", "alice")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-owner");
        await (await app.SetMemberAsync(alice, "acme", "alice", "admin")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-owner");
        await (await app.RemoveMemberAsync(root, "acme", "alice")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-owner");
        await (await app.SetMemberAsync(alice, "acme", "adam", "owner")).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.RemoveMemberAsync(alice, "acme", "alice")).ShouldBeAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Everybody_else_may_leave()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");

        await (await app.RemoveMemberAsync(dev, "acme", "dev")).ShouldBeAsync(HttpStatusCode.NoContent);

        await (await app.GetAsync("/-/org/acme/user", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "organisation-not-found");
    }

    [Fact]
    public async Task A_token_that_only_reads_changes_nothing()
    {
        await app.SignedInAsync("bob");
        var reading = await app.TokenAsync(alice, new JsonObject { ["orgs"] = new JsonArray("acme"), ["orgs_permission"] = "read-only" });

        Assert.Equal("""{"alice":"owner"}""", await RosterAsync(reading));
        await (await app.SetMemberAsync(reading, "acme", "bob")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.PutAsync("/-/org/acme/team", reading, new JsonObject { ["name"] = "devs" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Theory]
    [InlineData("""{"user":"bob","role":"root"}""", HttpStatusCode.BadRequest, "bad-request")]
    [InlineData("""{"role":"owner"}""", HttpStatusCode.BadRequest, "bad-request")]
    [InlineData("""["bob"]""", HttpStatusCode.BadRequest, "bad-request")]
    [InlineData("""{"user":"nobody"}""", HttpStatusCode.NotFound, "person-not-found")]
    public async Task What_is_not_understood_changes_nothing(string body, HttpStatusCode status, string code)
    {
        using var answer = await app.PutAsync("/-/org/acme/user", alice, JsonNode.Parse(body)!);

        await answer.ShouldBeRefusedAsync(status, code);
        Assert.Equal("""{"alice":"owner"}""", await RosterAsync(alice));
    }

    [Fact]
    public async Task Without_signing_in_nothing_is_said()
    {
        await (await app.GetAsync("/-/org/acme/user")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await (await app.GetAsync("/-/team/acme/devs/user")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    private async Task<string> RosterAsync(string token) =>
        (await (await app.GetAsync("/-/org/acme/user", token)).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString();

    private Task<List<string>> RecordedAsync(string prefix, string except) => app.ReadAsync(db => db.AuditEvents
        .Where(row => row.Action.StartsWith(prefix) && row.Action != except).OrderBy(row => row.Id).Select(row => row.Action + " " + row.Subject).ToListAsync());
}
