using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Access;

/// <summary>Organisations with their scopes, and what is said of a scope.</summary>
public sealed class ScopeTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string root = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        root = await app.SignedInAsync("root", isAdministrator: true);
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_organisation_has_its_scope_and_the_scope_is_this_registrys()
    {
        Assert.Equal(["@acme"], await app.ReadAsync(db => db.OwnedNames.Select(row => row.Name).ToListAsync()));
        Assert.Equal("""{"organisations":[{"name":"acme","scopes":["@acme"],"owners":["alice"],"members":1}]}""", await ReadAsync("/-/assay/v1/orgs", alice));
    }

    [Fact]
    public async Task Administrators_make_organisations_and_give_them_more_scopes()
    {
        await (await app.PutAsync("/-/assay/v1/orgs/other", root, new JsonObject { ["owner"] = "alice" })).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.SendAsync(HttpMethod.Put, "/-/assay/v1/orgs/other/scopes/@other-labs", root)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Contains("""{"name":"other","scopes":["@other","@other-labs"],"owners":["alice"],"members":1}""", await ReadAsync("/-/assay/v1/orgs", root));
        Assert.Equal(["@acme", "@other", "@other-labs"], await app.ReadAsync(db => db.OwnedNames.OrderBy(row => row.Name).Select(row => row.Name).ToListAsync()));
        await app.PublishedAsync(alice, new TestPackage("@other-labs/x", "1.0.0"));
    }

    [Fact]
    public async Task Nobody_else_makes_organisations_or_sees_those_of_others()
    {
        var bob = await app.SignedInAsync("bob");

        await (await app.PutAsync("/-/assay/v1/orgs/bobs", bob, new JsonObject { ["owner"] = "bob" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.SendAsync(HttpMethod.Put, "/-/assay/v1/orgs/acme/scopes/@more", alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.PutAsync("/-/assay/v1/orgs/bobs", await app.TokenAsync(root, []), new JsonObject { ["owner"] = "bob" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        Assert.Equal("""{"organisations":[]}""", await ReadAsync("/-/assay/v1/orgs", bob));
    }

    [Theory]
    [InlineData("acme", "alice", HttpStatusCode.Conflict, "scope-taken")]
    [InlineData("new", "nobody", HttpStatusCode.NotFound, "person-not-found")]
    [InlineData("New", "alice", HttpStatusCode.BadRequest, "invalid-name")]
    [InlineData("-new", "alice", HttpStatusCode.BadRequest, "invalid-name")]
    public async Task An_organisation_that_cannot_be_is_not_made(string name, string owner, HttpStatusCode status, string code)
    {
        using var answer = await app.PutAsync($"/-/assay/v1/orgs/{name}", root, new JsonObject { ["owner"] = owner });

        await answer.ShouldBeRefusedAsync(status, code);
        Assert.Equal((1, 1), await app.ReadAsync(async db => (await db.Organisations.CountAsync(), await db.OwnedNames.CountAsync())));
    }

    [Fact]
    public async Task A_scope_belongs_to_one_organisation()
    {
        await (await app.PutAsync("/-/assay/v1/orgs/other", root, new JsonObject { ["owner"] = "alice" })).ShouldBeAsync(HttpStatusCode.Created);

        using var answer = await app.SendAsync(HttpMethod.Put, "/-/assay/v1/orgs/other/scopes/@acme", root);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "scope-taken");
    }

    [Fact]
    public async Task A_scope_that_had_packages_before_keeps_their_owners_and_gets_those_of_its_organisation()
    {
        var bob = await app.SignedInAsync("bob");
        await app.PublishedForTeamsAsync(bob, new TestPackage("@older/x", "1.0.0"));
        await (await app.GetAsync("/@older%2fx", alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");

        await app.OrganisationAsync("older", "alice");

        await (await app.GetAsync("/@older%2fx", alice)).ShouldBeReadAsync();
        await app.PublishedAsync(bob, new TestPackage("@older/x", "1.1.0"));
        await app.PublishedAsync(alice, new TestPackage("@older/x", "1.2.0"));
        await (await new TestPackage("@older/y", "1.0.0").PublishAsync(app, bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-in-the-organisation");
    }

    [Fact]
    public async Task The_readers_of_a_scope_are_those_of_its_new_packages()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.PublishedAsync(alice, new TestPackage("@acme/before", "1.0.0"));

        var shown = await (await app.PutAsync("/-/assay/v1/scopes/@acme", alice, new JsonObject { ["readers"] = "teams" })).ShouldBeAsync(HttpStatusCode.OK);
        await app.PublishedAsync(alice, new TestPackage("@acme/after", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@acme/asked", "1.0.0") { Access = "restricted" });

        Assert.Equal(
            """{"scope":"@acme","organisation":"acme","readers":"teams","ceiling":null,"holds":{"readers":"teams","ceiling":"members"},"packages":1,"widerPackages":1}""",
            shown.ToJsonString());
        await (await app.GetAsync("/@acme%2fbefore", dev)).ShouldBeReadAsync();
        await (await app.GetAsync("/@acme%2fafter", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await app.GetAsync("/@acme%2fasked", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_scope_can_be_opened_further_than_the_registry_by_administrators_alone()
    {
        await (await app.PutAsync("/-/assay/v1/scopes/@acme", alice, new JsonObject { ["ceiling"] = "public" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await new TestPackage("@acme/x", "1.0.0") { Access = "public" }.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");

        await (await app.PutAsync("/-/assay/v1/scopes/@acme", root, new JsonObject { ["ceiling"] = "public" })).ShouldBeAsync(HttpStatusCode.OK);

        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0") { Access = "public" });
        await (await app.GetAsync("/@acme%2fx")).ShouldBeReadAsync();
        await (await new TestPackage("@other/x", "1.0.0") { Access = "public" }.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");
    }

    [Fact]
    public async Task A_scope_can_be_kept_closer_than_the_registry()
    {
        await using var open = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"]);
        var owner = await open.SignedInAsync("alice");
        var admin = await open.SignedInAsync("root", isAdministrator: true);
        await open.OrganisationAsync("acme", "alice");

        await (await open.PutAsync("/-/assay/v1/scopes/@acme", admin, new JsonObject { ["ceiling"] = "teams" })).ShouldBeAsync(HttpStatusCode.OK);

        await open.PublishedAsync(owner, new TestPackage("@acme/x", "1.0.0"));
        await (await open.GetAsync("/@acme%2fx", await open.SignedInAsync("bob"))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await open.SetAccessAsync(owner, "@acme/x", "members")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-ceiling");
        await (await open.PutAsync("/-/assay/v1/scopes/@acme", owner, new JsonObject { ["readers"] = "members" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-ceiling");
        await (await new TestPackage("@acme/y", "1.0.0") { Access = "public" }.PublishAsync(open, owner)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");
    }

    [Fact]
    public async Task Of_a_scope_its_developers_see_and_its_admins_change_and_others_learn_nothing()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        var bob = await app.SignedInAsync("bob");
        var readers = new JsonObject { ["readers"] = "teams" };

        await (await app.GetAsync("/-/assay/v1/scopes/@acme", dev)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.PutAsync("/-/assay/v1/scopes/@acme", dev, readers)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.PutAsync("/-/assay/v1/scopes/@acme", await app.TokenAsync(alice, []), readers)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        foreach (var scope in new[] { "@acme", "@none" })
        {
            await (await app.GetAsync($"/-/assay/v1/scopes/{scope}", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "scope-not-found");
            await (await app.PutAsync($"/-/assay/v1/scopes/{scope}", bob, readers)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "scope-not-found");
        }
        await (await app.PutAsync("/-/assay/v1/scopes/@free", root, readers)).ShouldBeAsync(HttpStatusCode.OK);
        await app.PublishedAsync(bob, new TestPackage("@free/x", "1.0.0"));
        await (await app.GetAsync("/@free%2fx", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("""{"readers":"everybody"}""")]
    [InlineData("""{"readers":1}""")]
    [InlineData("""{"other":"teams"}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task What_is_not_understood_changes_nothing(string body)
    {
        using var answer = await app.PutAsync("/-/assay/v1/scopes/@acme", root, JsonNode.Parse(body)!);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    private async Task<string> ReadAsync(string path, string token) => (await (await app.GetAsync(path, token)).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString();
}
