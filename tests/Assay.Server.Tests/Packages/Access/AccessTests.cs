using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Access;

/// <summary><c>npm access get|set status</c> and <c>list collaborators|packages</c>.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_package_is_opened_and_closed_again_for_the_very_next_request()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await (await app.GetAsync("/@acme%2fx")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");

        await (await app.SetAccessAsync(alice, "@acme/x", "public")).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.GetAsync("/@acme%2fx")).ShouldBeReadAsync();
        Assert.Equal("""{"access":"public","readers":"public","publish_requires_tfa":true,"lock":"2fa-or-oidc"}""", await ShownAsync(app, alice));

        await (await app.SetAccessAsync(alice, "@acme/x", "restricted")).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.GetAsync("/@acme%2fx")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Equal("""{"access":"restricted","readers":"members","publish_requires_tfa":true,"lock":"2fa-or-oidc"}""", await ShownAsync(app, alice));
        Assert.Equal(["members to public", "public to members"], await app.ReadAsync(db => db.AuditEvents
            .Where(row => row.Action == "access.changed").OrderBy(row => row.Id).Select(row => row.Detail).ToListAsync()));
    }

    [Fact]
    public async Task Opening_goes_no_further_than_the_ceiling_of_the_registry()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        using var answer = await app.SetAccessAsync(alice, "@acme/x", "public");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-ceiling");
        await (await app.GetAsync("/@acme%2fx")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task Restricted_leaves_a_package_of_teams_with_its_teams()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        await (await app.SetAccessAsync(alice, "@acme/x", "private")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("teams", await app.ReadAsync(db => db.Packages.Select(row => row.Access).SingleAsync()));
    }

    [Fact]
    public async Task Only_whoever_administers_the_package_changes_it()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        await (await app.SetAccessAsync(bob, "@acme/x", "public")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.SetAccessAsync(await app.TokenAsync(alice, []), "@acme/x", "public")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.SetAccessAsync(null, "@acme/x", "public")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Theory]
    [InlineData("""{"access":"public","publish_requires_tfa":true}""", "invalid-lock")]
    [InlineData("""{"automation_token_overrides_tfa":true}""", "invalid-lock")]
    [InlineData("""{"publish_requires_tfa":"no"}""", "invalid-lock")]
    [InlineData("""{"publish_requires_tfa":true,"automation_token_overrides_tfa":1}""", "invalid-lock")]
    [InlineData("""{"access":"everybody"}""", "invalid-access")]
    [InlineData("""{}""", "invalid-access")]
    [InlineData("""[]""", "invalid-access")]
    [InlineData("""{"access":true}""", "invalid-access")]
    public async Task What_would_not_be_kept_is_refused(string body, string code)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        using var answer = await app.PostAsync("/-/package/@acme%2fx/access", alice, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        Assert.Equal("members", await app.ReadAsync(db => db.Packages.Select(row => row.Access).SingleAsync()));
    }

    [Fact]
    public async Task The_access_command_is_told_what_is_public_and_a_publish_still_is_not()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        var command = await app.GetAsync("/-/package/@acme%2fx/visibility", alice, headers => headers.Add("npm-command", "access"));
        var publish = await app.GetAsync("/-/package/@acme%2fx/visibility", alice, headers => headers.Add("npm-command", "publish"));

        Assert.True((bool)(await command.JsonAsync())["public"]!);
        Assert.False((bool)(await publish.JsonAsync())["public"]!);
    }

    [Fact]
    public async Task Collaborators_are_all_who_have_a_role_of_their_own_with_the_highest_of_theirs()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.MemberAsync(alice, "acme", "adam", "admin");
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.MemberAsync(alice, "acme", "other");
        var reader = await app.MemberAsync(alice, "acme", "reader");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.TeamAsync(alice, "acme", "all", "dev", "reader");
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-write");
        await app.GrantedAsync(alice, "acme", "all", "@acme", "read-only");

        var map = await (await app.GetAsync("/-/package/@acme%2fx/collaborators", dev)).ShouldBeAsync(HttpStatusCode.OK);
        var list = await (await app.GetAsync("/-/package/@acme%2fx/collaborators?format=cli", alice)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("""{"adam":"read-write","alice":"read-write","dev":"read-write","reader":"read-only"}""", map.ToJsonString());
        Assert.StartsWith("""[{"user":"adam","email":"adam@example.test","permissions":"read-write"}""", list);
        await (await app.GetAsync("/-/package/@acme%2fx/collaborators", reader)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task Lists_of_packages_have_only_what_their_reader_may_know()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var stranger = await app.SignedInAsync("stranger");
        await app.OrganisationAsync("acme", "alice");
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.PublishedAsync(alice, new TestPackage("@acme/open", "1.0.0"));
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/closed", "1.0.0"));
        await app.TeamAsync(alice, "acme", "ops");
        await app.GrantedAsync(alice, "acme", "ops", "@acme/closed", "read-write");
        await app.PublishedAsync(dev, new TestPackage("devs-own", "1.0.0"));

        Assert.Equal("""{"@acme/open":"read-only"}""", await ReadAsync(app, "/-/org/acme/package", dev));
        Assert.Equal("""{"@acme/closed":"read-write","@acme/open":"read-write"}""", await ReadAsync(app, "/-/org/acme/package", alice));
        Assert.Equal("{}", await ReadAsync(app, "/-/team/acme/ops/package", dev));
        Assert.Equal("""{"@acme/closed":"read-write"}""", await ReadAsync(app, "/-/team/acme/ops/package", alice));
        Assert.Equal("""{"devs-own":"read-write"}""", await ReadAsync(app, "/-/user/dev/package", dev));
        Assert.Equal("""{"devs-own":"read-write"}""", await ReadAsync(app, "/-/user/dev/package", root));
        Assert.Equal("""{"@acme/open":"read-only"}""", await ReadAsync(app, "/-/user/acme/package", dev));
        await (await app.GetAsync("/-/user/dev/package", stranger)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "organisation-not-found");
    }

    private static Task<string> ShownAsync(RegistryApp app, string token) => ReadAsync(app, "/-/package/@acme%2fx/access", token);

    private static async Task<string> ReadAsync(RegistryApp app, string path, string token) =>
        (await (await app.GetAsync(path, token)).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString();
}
