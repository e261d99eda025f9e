using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

public sealed class UnpublishTests
{
    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    [Fact]
    public async Task One_version_goes_by_the_four_steps_of_npm()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0", "1.1.0");

        var document = await app.PackumentAsync(alice, "@acme/x");
        var tarball = new Uri((string)document["versions"]!["1.1.0"]!["dist"]!["tarball"]!).AbsolutePath;
        document["versions"]!.AsObject().Remove("1.1.0");
        document["time"]!.AsObject().Remove("1.1.0");
        document["dist-tags"] = new JsonObject { ["latest"] = "1.0.0" };
        await (await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice, document)).ShouldBeAsync(HttpStatusCode.OK);
        var left = await app.PackumentAsync(alice, "@acme/x");
        await (await app.DeleteAsync($"{tarball}/-rev/{left["_rev"]}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["1.0.0"], left["versions"].Keys());
        Assert.Equal("1.0.0", (string?)left["dist-tags"]!["latest"]);
        Assert.DoesNotContain("1.1.0", left["time"].Keys());
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync(tarball, alice)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/@acme%2fx/1.1.0", alice)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice)).StatusCode);
    }

    [Fact]
    public async Task The_tarball_of_a_published_version_cannot_be_deleted()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0");
        var files = app.StoredFiles();

        var response = await app.DeleteAsync("/@acme/x/-/x-1.0.0.tgz/-rev/1-1", alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "still-published");
        Assert.Equal(files, app.StoredFiles());
    }

    [Fact]
    public async Task Tags_that_pointed_to_the_version_go_with_it_and_latest_falls_to_the_newest_release()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.9.0", "1.10.0", "2.0.0");
        await app.PublishedAsync(alice, Package with { Version = "3.0.0-rc.1", Tag = "next" });
        await (await app.PutAsync("/-/package/@acme%2fx/dist-tags/stable", alice, JsonValue.Create("2.0.0"))).ShouldBeAsync(HttpStatusCode.OK);

        await RemoveAsync(app, alice, "2.0.0");

        Assert.Equal("""{"latest":"1.10.0","next":"3.0.0-rc.1"}""", (await app.PackumentAsync(alice, "@acme/x"))["dist-tags"]!.ToJsonString());
        await RemoveAsync(app, alice, "1.9.0", "1.10.0");
        Assert.Equal("""{"latest":"3.0.0-rc.1","next":"3.0.0-rc.1"}""", (await app.PackumentAsync(alice, "@acme/x"))["dist-tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Under_a_stale_revision_nothing_goes()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0");
        var document = await app.PackumentAsync(alice, "@acme/x");
        var stale = (string)document["_rev"]!;
        await PublishedAsync(app, alice, "1.1.0");

        var put = await app.PutAsync($"/@acme%2fx/-rev/{stale}", alice, document);
        var delete = await app.DeleteAsync($"/@acme%2fx/-rev/{stale}", alice);

        await put.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        await delete.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        Assert.Equal(["1.0.0", "1.1.0"], (await app.PackumentAsync(alice, "@acme/x"))["versions"].Keys());
    }

    [Fact]
    public async Task A_document_with_a_version_that_is_not_there_adds_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0");
        var document = await app.PackumentAsync(alice, "@acme/x");
        document["versions"]!["9.9.9"] = document["versions"]!["1.0.0"]!.DeepClone();

        var response = await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice, document);

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "unknown-version");
        Assert.Equal(["1.0.0"], (await app.PackumentAsync(alice, "@acme/x"))["versions"].Keys());
    }

    [Fact]
    public async Task A_whole_package_goes_and_its_document_says_when_and_by_whom()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0", "1.1.0");
        app.Clock.Advance(TimeSpan.FromHours(1));

        await UnpublishAsync(app, alice);

        var document = await app.PackumentAsync(alice, "@acme/x");
        Assert.Null(document["versions"]);
        Assert.Null(document["dist-tags"]);
        var unpublished = document["time"]!["unpublished"]!;
        Assert.Equal("alice", (string?)unpublished["name"]);
        Assert.Equal(app.Clock.GetUtcNow().ToUnixTimeMilliseconds(), DateTimeOffset.Parse((string)unpublished["time"]!).ToUnixTimeMilliseconds());
        Assert.Equal(["1.0.0", "1.1.0"], unpublished["versions"]!.AsArray().Select(version => (string?)version));
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice)).StatusCode);
        Assert.Equal("{}", await (await app.GetAsync("/-/package/@acme%2fx/dist-tags", alice)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_version_is_never_used_again()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0", "1.1.0");
        await RemoveAsync(app, alice, "1.0.0");

        var afterOne = await Package.PublishAsync(app, alice);
        await UnpublishAsync(app, alice);
        var afterAll = await (Package with { Version = "1.1.0" }).PublishAsync(app, alice);
        var byRoot = await (Package with { Version = "1.1.0" }).PublishAsync(app, await app.SignedInAsync("root", isAdministrator: true));

        foreach (var answer in new[] { afterOne, afterAll, byRoot })
        {
            var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
            Assert.StartsWith("You cannot publish over the previously published versions: ", text);
        }
    }

    [Fact]
    public async Task The_name_stays_with_its_owner_who_may_publish_other_versions()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await PublishedAsync(app, alice, "1.0.0");
        await UnpublishAsync(app, alice);

        var squatter = await (Package with { Version = "2.0.0" }).PublishAsync(app, bob);
        await app.PublishedAsync(alice, Package with { Version = "2.0.0" });

        await squatter.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        var document = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal(["2.0.0"], document["versions"].Keys());
        Assert.Equal("2.0.0", (string?)document["dist-tags"]!["latest"]);
        Assert.Null(document["time"]!["unpublished"]);
        Assert.Equal("alice", (string?)document["maintainers"]![0]!["name"]);
    }

    [Fact]
    public async Task Only_owners_unpublish()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await PublishedAsync(app, alice, "1.0.0", "1.1.0");
        var document = await app.PackumentAsync(bob, "@acme/x");
        var revision = document["_rev"];
        document["versions"]!.AsObject().Remove("1.1.0");

        var one = await app.PutAsync($"/@acme%2fx/-rev/{revision}", bob, document);
        var all = await app.DeleteAsync($"/@acme%2fx/-rev/{revision}", bob);
        var anonymous = await app.DeleteAsync($"/@acme%2fx/-rev/{revision}", token: null);

        await one.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await all.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Equal(["1.0.0", "1.1.0"], (await app.PackumentAsync(alice, "@acme/x"))["versions"].Keys());
    }

    [Fact]
    public async Task Unpublishing_what_is_unpublished_does_not_rewrite_history()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0");
        await UnpublishAsync(app, alice);
        var before = await app.PackumentAsync(alice, "@acme/x");
        app.Clock.Advance(TimeSpan.FromDays(1));

        var root = await app.SignedInAsync("root", isAdministrator: true);
        var again = await app.DeleteAsync($"/@acme%2fx/-rev/{before["_rev"]}", root);

        await again.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(before.ToJsonString(), (await app.PackumentAsync(alice, "@acme/x")).ToJsonString());
    }

    [Fact]
    public async Task An_unpublish_document_beyond_the_limit_is_called_too_large()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:MaximumMetadataBytes=65536"]);
        var alice = await app.SignedInAsync("alice");
        await PublishedAsync(app, alice, "1.0.0");
        var document = await app.PackumentAsync(alice, "@acme/x");
        document["readme"] = Noise.Text(70_000);

        var response = await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice, document);

        await response.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "metadata-too-large");
    }

    private static async Task PublishedAsync(RegistryApp app, string token, params string[] versions)
    {
        foreach (var version in versions)
        {
            await app.PublishedAsync(token, Package with { Version = version });
        }
    }

    private static async Task RemoveAsync(RegistryApp app, string token, params string[] versions)
    {
        var document = await app.PackumentAsync(token, "@acme/x");
        foreach (var version in versions)
        {
            document["versions"]!.AsObject().Remove(version);
        }
        await (await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", token, document)).ShouldBeAsync(HttpStatusCode.OK);
    }

    private static async Task UnpublishAsync(RegistryApp app, string token)
    {
        var document = await app.PackumentAsync(token, "@acme/x");
        await (await app.DeleteAsync($"/@acme%2fx/-rev/{document["_rev"]}", token)).ShouldBeAsync(HttpStatusCode.OK);
    }
}
