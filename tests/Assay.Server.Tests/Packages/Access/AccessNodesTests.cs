using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Packages.Access;

/// <summary>Two nodes on one PostgreSQL database: a role that is given or taken at one holds at the other with the very next request.</summary>
public sealed class AccessNodesTests(PostgresCluster cluster) : IAsyncLifetime
{
    private RegistryApp here = null!;
    private RegistryApp there = null!;
    private string alice = null!;
    private string dev = null!;

    public async ValueTask InitializeAsync()
    {
        string[] shared = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
        here = await RegistryApp.StartAsync(shared);
        there = await here.JoinAsync(shared);
        alice = await here.SignedInAsync("alice");
        await here.OrganisationAsync("acme", "alice");
        dev = await here.MemberAsync(alice, "acme", "dev");
        await here.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
    }

    public async ValueTask DisposeAsync()
    {
        await there.DisposeAsync();
        await here.DisposeAsync();
    }

    [Fact]
    public async Task Every_way_to_a_role_holds_everywhere_at_once()
    {
        await ShouldNotReadAsync();

        await here.TeamAsync(alice, "acme", "core", "dev");
        await here.GrantedAsync(alice, "acme", "core", "@acme/x", "read-only");
        await ShouldReadAsync();
        await (await here.DeleteAsync("/-/team/acme/core/package", alice, new JsonObject { ["package"] = "@acme/x" })).ShouldBeAsync(HttpStatusCode.NoContent);
        await ShouldNotReadAsync();

        await here.GrantedAsync(alice, "acme", "core", "@acme", "read-write");
        await ShouldReadAsync();
        await (await here.DeleteAsync("/-/team/acme/core/user", alice, new JsonObject { ["user"] = "dev" })).ShouldBeAsync(HttpStatusCode.NoContent);
        await ShouldNotReadAsync();

        await (await here.SetMemberAsync(alice, "acme", "dev", "admin")).ShouldBeAsync(HttpStatusCode.Created);
        await ShouldReadAsync();
        await (await here.SetMemberAsync(alice, "acme", "dev")).ShouldBeAsync(HttpStatusCode.Created);
        await ShouldNotReadAsync();

        await (await here.PutAsync("/-/package/@acme%2fx/owners", alice, new JsonObject { ["user"] = "dev" })).ShouldBeAsync(HttpStatusCode.OK);
        await ShouldReadAsync();
        await (await here.DeleteAsync("/-/package/@acme%2fx/owners/dev", alice)).ShouldBeAsync(HttpStatusCode.OK);
        await ShouldNotReadAsync();

        await (await here.SetAccessAsync(alice, "@acme/x", "members")).ShouldBeAsync(HttpStatusCode.OK);
        await ShouldReadAsync();
        await (await here.SetAccessAsync(alice, "@acme/x", "teams")).ShouldBeAsync(HttpStatusCode.OK);
        await ShouldNotReadAsync();
    }

    [Fact]
    public async Task Lists_and_rights_are_the_same_on_this_database()
    {
        await here.TeamAsync(alice, "acme", "core", "dev");
        await here.GrantedAsync(alice, "acme", "core", "@acme", "admin");

        Assert.Equal("""{"@acme/x":"read-write"}""", await ReadAsync("/-/org/acme/package"));
        Assert.Equal("""{"@acme/x":"read-write"}""", await ReadAsync("/-/user/dev/package"));
        Assert.Equal("""{"@acme":"read-write"}""", await ReadAsync("/-/team/acme/core/package"));
        Assert.Equal("""{"alice":"read-write","dev":"read-write"}""", await ReadAsync("/-/package/@acme%2fx/collaborators"));
        Assert.Equal("""{"organisations":[{"name":"acme","scopes":["@acme"],"owners":["alice"],"members":2}]}""", await ReadAsync("/-/assay/v1/orgs"));
        Assert.Contains("\"packages\":1", await ReadAsync("/-/assay/v1/scopes/@acme"));
        Assert.Equal("""{"policies":[],"next":null}""", await ReadAsync("/-/assay/v1/policies"));
        Assert.Equal("""{"freezes":[],"next":null}""", await ReadAsync("/-/assay/v1/freezes"));
        Assert.Contains("[]", await ReadAsync("/-/assay/v1/incidents"));
        using var preview = await there.PostAsync("/-/assay/v1/incidents/preview", dev, new JsonObject { ["selection"] = Select.Person("alice") });
        Assert.Contains("@acme/x", (await preview.ShouldBeAsync(HttpStatusCode.OK)).ToJsonString());
        await (await here.RemoveMemberAsync(alice, "acme", "dev")).ShouldBeAsync(HttpStatusCode.NoContent);
        await ShouldNotReadAsync();
    }

    private async Task<string> ReadAsync(string path) => (await (await there.GetAsync(path, dev)).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString();

    private async Task ShouldReadAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/@acme%2fx", dev)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/@acme%2fx", dev)).StatusCode);
    }

    private async Task ShouldNotReadAsync()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await there.GetAsync("/@acme%2fx", dev)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await here.GetAsync("/@acme%2fx", dev)).StatusCode);
    }
}
