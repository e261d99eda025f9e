using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>The life of a package, from the first publish to the last unpublish. One subclass a database runs it.</summary>
public abstract class CoreFlow
{
    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    private protected abstract Task<string[]> DatabaseAsync();

    [Fact]
    public async Task A_package_is_published_read_tagged_deprecated_unpublished_and_published_again()
    {
        await using var app = await RegistryApp.StartAsync(await DatabaseAsync());
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");

        await app.PublishedAsync(alice, Package);
        await app.PublishedAsync(alice, Package with { Version = "1.1.0" });
        await app.PublishedAsync(alice, Package);
        await (await (Package with { Version = "1.2.0" }).PublishAsync(app, bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.PutAsync("/-/package/@acme%2fx/dist-tags/stable", alice, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
        var document = await app.PackumentAsync(bob, "@acme/x");
        Assert.Equal("""{"latest":"1.1.0","stable":"1.0.0"}""", document["dist-tags"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", bob)).StatusCode);

        document["versions"]!["1.0.0"]!["deprecated"] = "old";
        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.OK);
        document = await app.PackumentAsync(bob, "@acme/x");
        Assert.Equal("old", (string?)document["versions"]!["1.0.0"]!["deprecated"]);

        document["versions"]!.AsObject().Remove("1.1.0");
        await (await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice, document)).ShouldBeAsync(HttpStatusCode.OK);
        document = await app.PackumentAsync(bob, "@acme/x");
        Assert.Equal("""{"latest":"1.0.0","stable":"1.0.0"}""", document["dist-tags"]!.ToJsonString());
        await (await (Package with { Version = "1.1.0" }).PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");

        await (await app.DeleteAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice)).ShouldBeAsync(HttpStatusCode.OK);
        document = await app.PackumentAsync(bob, "@acme/x");
        Assert.Equal("alice", (string?)document["time"]!["unpublished"]!["name"]);

        await app.PublishedAsync(alice, Package with { Version = "2.0.0" });
        document = await app.PackumentAsync(bob, "@acme/x");
        Assert.Equal("""{"latest":"2.0.0"}""", document["dist-tags"]!.ToJsonString());
        Assert.Equal(["2.0.0"], document["versions"].Keys());
    }

    [Fact]
    public async Task Many_publish_at_once_and_all_is_there()
    {
        await using var app = await RegistryApp.StartAsync(await DatabaseAsync());
        var alice = await app.SignedInAsync("alice");
        var packages = Enumerable.Range(0, 40).Select(number => new TestPackage($"@acme/p{number % 4}", $"1.{number / 4}.0")).ToList();

        var answers = await Task.WhenAll(packages.Select(package => package.PublishAsync(app, alice)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        for (var number = 0; number < 4; number++)
        {
            Assert.Equal(10, (await app.PackumentAsync(alice, $"@acme/p{number}"))["versions"].Keys().Length);
        }
    }

    [Fact]
    public async Task One_version_published_by_many_at_once_is_stored_once()
    {
        await using var app = await RegistryApp.StartAsync(await DatabaseAsync());
        var alice = await app.SignedInAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            (Package with { Files = [("package/index.js", $"{number}")] }).PublishAsync(app, alice)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(new StoredFacts(1, 1, 1, 1), await app.FactsAsync());
    }

    [Fact]
    public async Task Text_that_some_databases_cannot_store_harms_nothing()
    {
        await using var app = await RegistryApp.StartAsync(await DatabaseAsync());
        var alice = await app.SignedInAsync("alice");
        var odd = Package with
        {
            Manifest = new JsonObject { ["description"] = "a\0b", ["author"] = "c\0d" },
            Files = [("package/README.md", "# nothing\0here")],
        };

        await app.PublishedAsync(alice, odd);
        var document = await app.PackumentAsync(alice, "@acme/x");
        document["versions"]!["1.0.0"]!["deprecated"] = "old\0er";
        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.OK);
        var login = await app.PutAsync("/-/user/org.couchdb.user:a", null, new JsonObject { ["name"] = "a\0", ["password"] = "x" });
        var page = await app.SendAsync(HttpMethod.Put, "/-/user/org.couchdb.user:a%20b%ED%A0%80", content: RegistryApp.Json(new JsonObject()));

        document = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal("# nothing\uFFFDhere", (string?)document["readme"]);
        Assert.Equal("old\uFFFDer", (string?)document["versions"]!["1.0.0"]!["deprecated"]);
        Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
        Assert.InRange((int)page.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_token_that_was_logged_out_is_refused_at_once()
    {
        await using var app = await RegistryApp.StartAsync(await DatabaseAsync());
        var alice = await app.SignedInAsync("alice");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.DeleteAsync($"/-/user/token/{alice}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/-/whoami", alice)).StatusCode);
    }
}

public sealed class SqliteCoreFlowTests : CoreFlow
{
    private protected override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

public sealed class PostgresCoreFlowTests(PostgresCluster cluster) : CoreFlow
{
    private protected override async Task<string[]> DatabaseAsync() => Settings(await cluster.CreateMigratedAsync());

    [Fact]
    public async Task What_one_node_acknowledged_another_shows_to_the_next_request()
    {
        var database = Settings(await cluster.CreateDatabaseAsync());
        await using var here = await RegistryApp.StartAsync(database);
        await using var there = await here.JoinAsync(database);
        var alice = await here.SignedInAsync("alice");
        await here.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await there.PackumentAsync(alice, "x");

        for (var minor = 1; minor <= 10; minor++)
        {
            await here.PublishedAsync(alice, new TestPackage("x", $"1.{minor}.0"));

            Assert.Equal($"1.{minor}.0", (string?)(await there.PackumentAsync(alice, "x"))["dist-tags"]!["latest"]);
        }
        await (await here.DeleteAsync($"/-/user/token/{alice}", alice)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/-/whoami", alice)).StatusCode);
    }

    private static string[] Settings(string connection) => ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection}"];
}
