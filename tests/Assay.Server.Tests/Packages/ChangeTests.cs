using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>Deprecating, and the tags of a package.</summary>
public sealed class ChangeTests
{
    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    [Fact]
    public async Task A_deprecated_version_says_so_in_every_form_until_it_is_taken_back()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        await app.PublishedAsync(alice, Package with { Version = "1.1.0" });

        await DeprecateAsync(app, alice, "1.0.0", "use 1.1.0 instead");

        Assert.Equal("use 1.1.0 instead", await DeprecationAsync(app, alice, "1.0.0", "application/json"));
        Assert.Equal("use 1.1.0 instead", await DeprecationAsync(app, alice, "1.0.0", "application/vnd.npm.install-v1+json"));
        Assert.Null(await DeprecationAsync(app, alice, "1.1.0", "application/json"));

        await DeprecateAsync(app, alice, "1.0.0", "");

        Assert.Null(await DeprecationAsync(app, alice, "1.0.0", "application/json"));
        Assert.Null(await DeprecationAsync(app, alice, "1.0.0", "application/vnd.npm.install-v1+json"));
    }

    [Fact]
    public async Task Only_the_deprecation_is_taken_from_the_document()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        await app.PublishedAsync(alice, Package with { Version = "1.1.0" });
        var before = await app.PackumentAsync(alice, "@acme/x");
        var document = (JsonObject)before.DeepClone();
        var version = document["versions"]!["1.0.0"]!.AsObject();
        version["deprecated"] = "old";
        version["dist"]!["tarball"] = "https://evil.example/x.tgz";
        version["dependencies"] = new JsonObject { ["evil"] = "*" };
        document["versions"]!.AsObject().Remove("1.1.0");
        document["versions"]!["9.9.9"] = version.DeepClone();
        document["dist-tags"] = new JsonObject { ["latest"] = "1.0.0", ["evil"] = "1.0.0" };
        document["maintainers"] = new JsonArray(new JsonObject { ["name"] = "mallory" });
        document["readme"] = "changed";
        document["time"]!["1.0.0"] = "1999-01-01T00:00:00.000Z";
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.OK);

        var after = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal("old", (string?)after["versions"]!["1.0.0"]!["deprecated"]);
        after["versions"]!["1.0.0"]!.AsObject().Remove("deprecated");
        after["_rev"] = (string?)before["_rev"];
        Assert.NotEqual((string?)before["time"]!["modified"], (string?)after["time"]!["modified"]);
        after["time"]!["modified"] = (string?)before["time"]!["modified"];
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Fact]
    public async Task Only_owners_deprecate()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, Package);
        var document = await app.PackumentAsync(bob, "@acme/x");
        document["versions"]!["1.0.0"]!["deprecated"] = "mine is better";

        var response = await app.PutAsync("/@acme%2fx", bob, document);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Null(await DeprecationAsync(app, alice, "1.0.0", "application/json"));
    }

    [Theory]
    [InlineData("""{"versions":{"1.0.0":{"deprecated":5}}}""", HttpStatusCode.OK)]
    [InlineData("""{"versions":{"1.0.0":null}}""", HttpStatusCode.OK)]
    [InlineData("""{"versions":{}}""", HttpStatusCode.OK)]
    [InlineData("""{"versions":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"_id":"@acme/x","users":{"alice":true}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", HttpStatusCode.BadRequest)]
    [InlineData("""[]""", HttpStatusCode.BadRequest)]
    [InlineData("""null""", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("""{"versions":{"1.0.0":{"deprecated":"\ud800"}}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"versions":{"\udfff":{"deprecated":"x"}}}""", HttpStatusCode.BadRequest)]
    public async Task A_document_of_another_shape_harms_nothing(string body, HttpStatusCode status)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        var response = await app.SendAsync(HttpMethod.Put, "/@acme%2fx", alice, new StringContent(body));

        await response.ShouldBeAsync(status);
        Assert.Null(await DeprecationAsync(app, alice, "1.0.0", "application/json"));
    }

    [Fact]
    public async Task Tags_are_listed_set_moved_and_removed()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        await app.PublishedAsync(alice, Package with { Version = "1.1.0" });

        await Ok(app.PutAsync("/-/package/@acme%2fx/dist-tags/stable", alice, JsonValue.Create("1.0.0")));
        Assert.Equal("""{"latest":"1.1.0","stable":"1.0.0"}""", await TagsAsync(app, alice));
        await Ok(app.PutAsync("/-/package/@acme%2fx/dist-tags/stable", alice, JsonValue.Create("1.1.0")));
        await Ok(app.PutAsync("/-/package/@acme%2fx/dist-tags/latest", alice, JsonValue.Create("1.0.0")));
        Assert.Equal("""{"latest":"1.0.0","stable":"1.1.0"}""", await TagsAsync(app, alice));
        await Ok(app.DeleteAsync("/-/package/@acme%2fx/dist-tags/stable", alice));
        Assert.Equal("""{"latest":"1.0.0"}""", await TagsAsync(app, alice));
    }

    [Fact]
    public async Task The_tag_latest_stays()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        var response = await app.DeleteAsync("/-/package/@acme%2fx/dist-tags/latest", alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "latest-stays");
        Assert.Equal("""{"latest":"1.0.0"}""", await TagsAsync(app, alice));
    }

    [Theory]
    [InlineData("1.x")]
    [InlineData("v1")]
    [InlineData("1.0.0")]
    [InlineData("*")]
    [InlineData("%3E%3D1")]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    public async Task What_could_be_a_range_or_is_no_word_is_no_tag(string tag)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        var response = await app.PutAsync($"/-/package/@acme%2fx/dist-tags/{tag}", alice, JsonValue.Create("1.0.0"));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-tag");
        Assert.Equal("""{"latest":"1.0.0"}""", await TagsAsync(app, alice));
    }

    [Theory]
    [InlineData("\"2.0.0\"", HttpStatusCode.NotFound, "version-not-found")]
    [InlineData("\"^1.0.0\"", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("\"latest\"", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("\"\\ud800\"", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{}", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("5", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("null", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("", HttpStatusCode.BadRequest, "invalid-version")]
    [InlineData("1.0.0", HttpStatusCode.BadRequest, "malformed-json")]
    public async Task A_tag_points_only_to_a_version_that_is_there(string body, HttpStatusCode status, string code)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        var response = await app.SendAsync(HttpMethod.Put, "/-/package/@acme%2fx/dist-tags/beta", alice, new StringContent(body));

        await response.ShouldBeRefusedAsync(status, code);
        Assert.Equal("""{"latest":"1.0.0"}""", await TagsAsync(app, alice));
    }

    [Fact]
    public async Task Only_owners_move_tags()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, Package);
        await app.PublishedAsync(alice, Package with { Version = "1.1.0-beta.1", Tag = "beta" });

        var set = await app.PutAsync("/-/package/@acme%2fx/dist-tags/latest", bob, JsonValue.Create("1.1.0-beta.1"));
        var removed = await app.DeleteAsync("/-/package/@acme%2fx/dist-tags/beta", bob);
        var anonymous = await app.DeleteAsync("/-/package/@acme%2fx/dist-tags/beta", token: null);

        await set.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await removed.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Equal("""{"beta":"1.1.0-beta.1","latest":"1.0.0"}""", await TagsAsync(app, alice));
    }

    [Fact]
    public async Task A_tag_that_is_not_there_cannot_be_removed()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);

        var response = await app.DeleteAsync("/-/package/@acme%2fx/dist-tags/beta", alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "tag-not-found");
    }

    private static async Task DeprecateAsync(RegistryApp app, string token, string version, string message)
    {
        // npm and pnpm send the whole document back, with the message at each version that it concerns.
        var document = await app.PackumentAsync(token, "@acme/x");
        document["versions"]![version]!["deprecated"] = message;
        await Ok(app.PutAsync("/@acme%2fx", token, document));
    }

    private static async Task<string?> DeprecationAsync(RegistryApp app, string token, string version, string accept)
    {
        var response = await app.GetAsync("/@acme%2fx", token, headers => headers.TryAddWithoutValidation("Accept", accept));
        return (string?)(await response.JsonAsync())["versions"]![version]!["deprecated"];
    }

    private static async Task<string> TagsAsync(RegistryApp app, string token) =>
        await (await app.GetAsync("/-/package/@acme%2fx/dist-tags", token)).Content.ReadAsStringAsync();

    private static async Task Ok(Task<HttpResponseMessage> sending) => await (await sending).ShouldBeAsync(HttpStatusCode.OK);
}
