using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Access;

/// <summary>What each role in a package is good for, and from where it comes.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private const string Package = "@acme/x";

    private RegistryApp app = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage(Package, "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("read-only", true, false, false)]
    [InlineData("read-write", true, true, false)]
    [InlineData("admin", true, true, true)]
    public async Task A_team_has_what_it_was_given_for_the_package(string permissions, bool reads, bool writes, bool administers)
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");
        Assert.Equal((false, false, false), await AbilitiesAsync(dev));

        await app.GrantedAsync(alice, "acme", "core", Package, permissions);

        Assert.Equal((reads, writes, administers), await AbilitiesAsync(dev));
    }

    [Fact]
    public async Task A_team_has_what_it_was_given_for_the_scope_also_in_what_is_published_later()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");

        await app.GrantedAsync(alice, "acme", "core", "@acme", "read-write");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/later", "1.0.0"));

        Assert.Equal((true, true, false), await AbilitiesAsync(dev));
        await (await app.GetAsync("/@acme%2flater", dev)).ShouldBeReadAsync();
        await app.PublishedForTeamsAsync(alice, new TestPackage("acme", "1.0.0"));
        await (await app.GetAsync("/acme", dev)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("owner", true)]
    [InlineData("admin", true)]
    [InlineData("developer", false)]
    public async Task Owners_and_admins_of_the_organisation_administer_every_package_in_its_scopes(string role, bool administers)
    {
        var member = await app.MemberAsync(alice, "acme", "member", role);

        Assert.Equal((administers, administers, administers), await AbilitiesAsync(member));
    }

    [Fact]
    public async Task Owners_and_admins_of_another_organisation_have_nothing_of_it()
    {
        var other = await app.SignedInAsync("other");
        await app.OrganisationAsync("other", "other");

        Assert.Equal((false, false, false), await AbilitiesAsync(other));
    }

    [Fact]
    public async Task What_is_taken_from_a_team_is_gone_with_the_next_request()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.GrantedAsync(alice, "acme", "core", "@acme", "read-write");
        Assert.Equal((true, true, false), await AbilitiesAsync(dev));

        await (await app.DeleteAsync("/-/team/acme/core/package", alice, new JsonObject { ["package"] = "@acme" })).ShouldBeAsync(HttpStatusCode.NoContent);

        Assert.Equal((false, false, false), await AbilitiesAsync(dev));
        Assert.Equal(["team.granted @acme acme:core", "team.revoked @acme acme:core"], await app.ReadAsync(db => db.AuditEvents
            .Where(row => row.Action == "team.granted" || row.Action == "team.revoked").OrderBy(row => row.Id).Select(row => row.Action + " " + row.Subject).ToListAsync()));
    }

    [Fact]
    public async Task Only_whoever_administers_a_package_gives_it_to_a_team()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        var stranger = await app.SignedInAsync("stranger");
        await app.PublishedAsync(stranger, new TestPackage("theirs", "1.0.0"));
        await app.TeamAsync(alice, "acme", "core", "dev");

        await (await app.GrantAsync(dev, "acme", "core", Package, "read-only")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await app.GrantedAsync(alice, "acme", "core", Package, "read-write");
        await (await app.GrantAsync(dev, "acme", "core", Package, "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.GrantAsync(dev, "acme", "core", "@acme", "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.GrantAsync(alice, "acme", "core", "theirs", "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.GrantAsync(alice, "acme", "core", "@other", "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        var reading = await app.TokenAsync(alice, new JsonObject { ["packages_all"] = true, ["orgs"] = new JsonArray("acme"), ["orgs_permission"] = "read-only" });
        await (await app.GrantAsync(reading, "acme", "core", Package, "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.GrantAsync(reading, "acme", "core", "@acme", "admin")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.GrantAsync(alice, "acme", "core", Package, "none")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal((true, true, false), await AbilitiesAsync(dev));
    }

    [Fact]
    public async Task Only_members_of_the_organisation_make_new_packages_in_its_scope()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        var stranger = await app.SignedInAsync("stranger");

        var told = await (await new TestPackage("@acme/new", "1.0.0").PublishAsync(app, stranger)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-in-the-organisation");

        Assert.Contains("can help", told);
        Assert.Equal((1, 1), await app.ReadAsync(async db => (await db.Packages.CountAsync(), await db.Versions.CountAsync())));
        await app.PublishedAsync(dev, new TestPackage("@acme/new", "1.0.0"));
        await app.PublishedAsync(stranger, new TestPackage("@free/new", "1.0.0"));
        await app.PublishedAsync(stranger, new TestPackage("new", "1.0.0"));
    }

    [Fact]
    public async Task A_package_keeps_its_scope_beside_its_name()
    {
        await app.PublishedAsync(alice, new TestPackage("plain", "1.0.0"));

        var scopes = await app.ReadAsync(db => db.Packages.OrderBy(row => row.Id).Select(row => row.Scope).ToListAsync());

        Assert.Equal(["@acme", null], scopes);
    }

    [Fact]
    public async Task Administrators_of_the_registry_do_everything_everywhere()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);

        Assert.Equal((true, true, true), await AbilitiesAsync(root));
        await app.PublishedAsync(root, new TestPackage("@acme/of-root", "1.0.0"));
    }

    [Fact]
    public async Task Those_who_administer_by_organisation_or_team_see_trust_and_quarantined_versions_as_owners_do()
    {
        var adam = await app.MemberAsync(alice, "acme", "adam", "admin");
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.GrantedAsync(alice, "acme", "core", Package, "admin");

        foreach (var token in new[] { adam, dev })
        {
            Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/package/@acme%2fx/trust", token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/assay/v1/package/@acme%2fx/policies", token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/assay/v1/package/@acme%2fx/attempts", token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/assay/v1/package/@acme%2fx/provenance", token)).StatusCode);
            var freeze = await (await app.PostAsync("/-/assay/v1/freezes", token, new JsonObject { ["package"] = Package, ["reason"] = "to look" })).ShouldBeAsync(HttpStatusCode.Created);
            await (await app.DeleteAsync($"/-/assay/v1/freezes/{freeze["id"]}", token)).ShouldBeAsync(HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/package/@acme%2fx/trust", await app.TokenAsync(token, []))).StatusCode);
        }
    }

    /// <summary>Whether somebody reads the package, writes it (a tag), and administers it (owners).</summary>
    private async Task<(bool Reads, bool Writes, bool Administers)> AbilitiesAsync(string token)
    {
        var reads = await app.GetAsync("/@acme%2fx", token);
        var writes = await app.SendAsync(HttpMethod.Put, "/-/package/@acme%2fx/dist-tags/beta", token, RegistryApp.Json(JsonValue.Create("1.0.0")));
        var administers = await app.PutAsync("/-/package/@acme%2fx/owners", token, new JsonObject { ["user"] = "alice" });
        return (reads.StatusCode == HttpStatusCode.OK, writes.StatusCode == HttpStatusCode.OK, administers.StatusCode == HttpStatusCode.OK);
    }
}
