using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages;

/// <summary>Publishing with a person's access token.</summary>
public sealed class PublishTests
{
    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    [Fact]
    public async Task A_first_publish_makes_the_publisher_its_owner()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var response = await Package.PublishAsync(app, alice);

        var answer = await response.ShouldBeAsync(HttpStatusCode.Created);
        Assert.True((bool)answer["ok"]!);
        Assert.True((bool)answer["success"]!);
        Assert.Equal("alice", (string?)(await app.PackumentAsync(alice, "@acme/x"))["maintainers"]![0]!["name"]);
        var record = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "version.published"));
        Assert.Equal(("alice", "@acme/x@1.0.0"), (record.Actor, record.Subject));
    }

    [Fact]
    public async Task Nobody_publishes_without_a_credential_and_everybody_is_told_how_to_do_without_one()
    {
        await using var app = await RegistryApp.StartAsync();

        var text = await (await Package.PublishAsync(app, null)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");

        Assert.Contains("npm trust", text);
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
    }

    [Fact]
    public async Task Another_member_may_not_publish_to_a_package_that_is_not_theirs()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), Package);
        var bob = await app.SignedInAsync("bob");
        var (facts, files) = (await app.FactsAsync(), app.StoredFiles());

        var response = await (Package with { Version = "1.1.0" }).PublishAsync(app, bob);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Equal(facts, await app.FactsAsync());
        Assert.Equal(files, app.StoredFiles());
    }

    [Fact]
    public async Task An_administrator_may_publish_to_any_package_without_becoming_its_owner()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var root = await app.SignedInAsync("root", isAdministrator: true);

        await app.PublishedAsync(root, Package with { Version = "1.1.0" });

        var document = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal("root", (string?)document["versions"]!["1.1.0"]!["_npmUser"]!["name"]);
        Assert.Single(document["maintainers"]!.AsArray());
    }

    [Fact]
    public async Task A_read_only_token_reads_and_changes_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var reader = await app.TokenAsync(alice, new JsonObject { ["name"] = "reader" });
        var document = await app.PackumentAsync(alice, "@acme/x");
        var facts = await app.FactsAsync();

        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/@acme%2fx", reader)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", reader)).StatusCode);
        HttpResponseMessage[] writes =
        [
            await (Package with { Version = "1.1.0" }).PublishAsync(app, reader),
            await (Package with { Name = "y" }).PublishAsync(app, reader),
            await app.PutAsync("/@acme%2fx", reader, document),
            await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", reader, document),
            await app.DeleteAsync($"/@acme%2fx/-rev/{document["_rev"]}", reader),
            await app.PutAsync("/-/package/@acme%2fx/dist-tags/beta", reader, JsonValue.Create("1.0.0")),
            await app.DeleteAsync("/-/package/@acme%2fx/dist-tags/beta", reader),
            await app.PostAsync("/-/npm/v1/tokens", reader, new JsonObject { ["name"] = "more", ["password"] = RegistryApp.Password }),
        ];

        foreach (var write in writes)
        {
            await write.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        }
        Assert.Equal(facts, await app.FactsAsync());
        Assert.Equal((string?)document["_rev"], (string?)(await app.PackumentAsync(alice, "@acme/x"))["_rev"]);
    }

    [Fact]
    public async Task A_version_is_published_once_and_the_refusal_is_what_release_tools_look_for()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var other = Package with { Files = [("package/index.js", "something else")] };
        var files = app.StoredFiles();

        var text = await (await other.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");

        Assert.StartsWith("You cannot publish over the previously published versions: 1.0.0.", text);
        Assert.Equal(files, app.StoredFiles());
    }

    [Fact]
    public async Task The_same_publish_by_the_same_token_soon_after_is_a_repeat()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var revision = (string?)(await app.PackumentAsync(alice, "@acme/x"))["_rev"];

        app.Clock.Advance(TimeSpan.FromSeconds(119));
        var repeated = await Package.PublishAsync(app, alice);

        await repeated.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(revision, (string?)(await app.PackumentAsync(alice, "@acme/x"))["_rev"]);
    }

    [Fact]
    public async Task The_same_publish_is_no_repeat_after_a_while()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        app.Clock.Advance(TimeSpan.FromSeconds(121));
        var late = await Package.PublishAsync(app, alice);

        await late.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task The_same_publish_by_another_token_is_no_repeat()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var second = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["readonly"] = false });

        var response = await Package.PublishAsync(app, second);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task The_same_bytes_under_another_tag_are_no_repeat_because_the_tag_would_not_move()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        var tarball = Package.Tarball();

        var response = await app.PutAsync("/@acme%2fx", alice, (Package with { Tag = "beta" }).Document(tarball));

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task A_first_version_under_another_tag_is_also_the_latest()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, Package with { Version = "2.0.0-beta.1", Tag = "beta" });
        await app.PublishedAsync(alice, Package with { Version = "2.0.0-beta.2", Tag = "beta" });

        var tags = (await app.PackumentAsync(alice, "@acme/x"))["dist-tags"]!;
        Assert.Equal("2.0.0-beta.1", (string?)tags["latest"]);
        Assert.Equal("2.0.0-beta.2", (string?)tags["beta"]);
    }

    [Fact]
    public async Task Of_many_who_publish_one_new_name_at_once_one_gets_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var tokens = new List<string>();
        for (var person = 0; person < 6; person++)
        {
            tokens.Add(await app.SignedInAsync($"p{person}"));
        }

        var answers = await Task.WhenAll(tokens.Select((token, number) =>
            (Package with { Files = [("package/index.js", $"{number}")] }).PublishAsync(app, token)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        Assert.Equal(new StoredFacts(1, 1, 1, 1), await app.FactsAsync());
    }

    [Theory]
    [InlineData(null, "members")]
    [InlineData("restricted", "members")]
    public async Task A_new_package_is_for_the_members_unless_the_registry_says_otherwise(string? asked, string stored)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, Package with { Access = asked });

        Assert.Equal(stored, await app.ReadAsync(db => db.Packages.Select(row => row.Access).SingleAsync()));
    }

    [Theory]
    [InlineData(null, "members")]
    [InlineData("public", "public")]
    [InlineData("restricted", "members")]
    public async Task Up_to_the_ceiling_the_publisher_chooses(string? asked, string stored)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, Package with { Access = asked });

        Assert.Equal(stored, await app.ReadAsync(db => db.Packages.Select(row => row.Access).SingleAsync()));
    }

    [Fact]
    public async Task Public_access_beyond_the_ceiling_is_refused_and_nothing_stored()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await (Package with { Access = "public" }).PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
        Assert.Equal(files, app.StoredFiles());
    }

    [Theory]
    [InlineData("public", "restricted")]
    [InlineData("restricted", "public")]
    public async Task A_publish_never_changes_the_access_of_a_package(string first, string second)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package with { Access = first });
        var (facts, files) = (await app.FactsAsync(), app.StoredFiles());

        var conflict = await (Package with { Version = "1.1.0", Access = second }).PublishAsync(app, alice);

        await conflict.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");
        Assert.Equal(facts, await app.FactsAsync());
        Assert.Equal(files, app.StoredFiles());
        await app.PublishedAsync(alice, Package with { Version = "1.1.0", Access = first });
        await app.PublishedAsync(alice, Package with { Version = "1.2.0", Access = null });
    }
}
