using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Attestations;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

public sealed class PackumentTests
{
    private const string Abbreviated = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

    private static readonly TestPackage First = new("@acme/x", "1.0.0")
    {
        Manifest = new JsonObject
        {
            ["description"] = "an example",
            ["license"] = "MIT",
            ["main"] = "index.js",
            ["bin"] = new JsonObject { ["x"] = "cli.js" },
            ["dependencies"] = new JsonObject { ["left"] = "^1.0.0" },
            ["scripts"] = new JsonObject { ["postinstall"] = "node cli.js" },
            ["unknownKey"] = "kept",
        },
    };

    [Fact]
    public async Task The_full_document_has_everything_that_clients_read()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.PublishedAsync(alice, First with { Version = "1.1.0" });

        var response = await app.GetAsync("/@acme%2fx", alice, headers => headers.TryAddWithoutValidation("Accept", "application/json"));

        var json = await response.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("@acme/x", (string?)json["_id"]);
        Assert.Equal("@acme/x", (string?)json["name"]);
        Assert.NotEmpty((string)json["_rev"]!);
        Assert.Equal("1.1.0", (string?)json["dist-tags"]!["latest"]);
        Assert.Equal(["1.0.0", "1.1.0"], json["versions"].Keys().Order());
        Assert.Equal(["1.0.0", "1.1.0", "created", "modified"], json["time"].Keys().Order());
        Assert.True(DateTimeOffset.Parse((string)json["time"]!["1.0.0"]!) < DateTimeOffset.Parse((string)json["time"]!["1.1.0"]!));
        Assert.Equal((string?)json["time"]!["1.1.0"], (string?)json["time"]!["modified"]);
        Assert.Equal("alice", (string?)json["maintainers"]![0]!["name"]);
        Assert.Equal("an example", (string?)json["description"]);
        Assert.Equal("MIT", (string?)json["license"]);
        Assert.Equal("# Hello", (string?)json["readme"]);
        Assert.Equal("README.md", (string?)json["readmeFilename"]);
    }

    [Fact]
    public async Task A_version_object_says_what_the_registry_knows_and_not_what_the_client_said()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var tarball = First.Tarball();
        var document = First.Document(tarball);
        var said = document["versions"]!["1.0.0"]!.AsObject();
        said["_npmUser"] = new JsonObject { ["name"] = "mallory" };
        said["maintainers"] = new JsonArray(new JsonObject { ["name"] = "mallory" });
        said["deprecated"] = "client says so";
        said["hasInstallScript"] = false;
        said["dist"]!["fileCount"] = 99;
        said["dist"]!["signatures"] = new JsonArray(new JsonObject { ["keyid"] = "SHA256:mallory", ["sig"] = "MAA=" });
        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.Created);

        var version = (await app.PackumentAsync(alice, "@acme/x"))["versions"]!["1.0.0"]!;

        Assert.Equal("@acme/x@1.0.0", (string?)version["_id"]);
        Assert.Equal("alice", (string?)version["_npmUser"]!["name"]);
        Assert.Equal("alice", (string?)version["maintainers"]![0]!["name"]);
        Assert.Null(version["deprecated"]);
        Assert.True((bool)version["hasInstallScript"]!);
        Assert.Equal("kept", (string?)version["unknownKey"]);
        var dist = version["dist"]!;
        Assert.Equal($"{app.Url}@acme/x/-/x-1.0.0.tgz", (string?)dist["tarball"]);
        Assert.Equal("sha512-" + Convert.ToBase64String(SHA512.HashData(tarball)), (string?)dist["integrity"]);
        Assert.Equal(Convert.ToHexStringLower(SHA1.HashData(tarball)), (string?)dist["shasum"]);
        Assert.Equal(3, (int)dist["fileCount"]!);
        Assert.True((int)dist["unpackedSize"]! > 0);
        await app.VerifiedAsync(version);
    }

    [Fact]
    public async Task The_abbreviated_document_has_what_installs_need_and_a_complete_time()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);

        var response = await app.GetAsync("/@acme%2fx", alice, headers => headers.TryAddWithoutValidation("Accept", Abbreviated));

        var json = await response.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("application/vnd.npm.install-v1+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["dist-tags", "modified", "name", "time", "versions"], json.Keys().Order());
        Assert.Equal(["1.0.0", "created", "modified"], json["time"].Keys().Order());
        var version = json["versions"]!["1.0.0"]!;
        Assert.Equal("^1.0.0", (string?)version["dependencies"]!["left"]);
        Assert.Equal("cli.js", (string?)version["bin"]!["x"]);
        Assert.True((bool)version["hasInstallScript"]!);
        Assert.Equal($"{app.Url}@acme/x/-/x-1.0.0.tgz", (string?)version["dist"]!["tarball"]);
        Assert.Null(version["scripts"]);
        Assert.Null(version["description"]);
        Assert.Null(version["unknownKey"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*/*")]
    [InlineData("application/json; q=1.0, */*")]
    [InlineData("text/html")]
    [InlineData("image/png;q=1")]
    [InlineData("application/json;q=0")]
    [InlineData(";;;,,/")]
    public async Task Whatever_is_accepted_there_is_an_answer(string accept)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        string[] paths = ["/@acme%2fx", "/@acme%2fx/1.0.0", "/@acme/x/-/x-1.0.0.tgz", "/-/ping", "/-/whoami", "/-/package/@acme%2fx/dist-tags"];

        foreach (var path in paths)
        {
            var response = await app.GetAsync(path, alice, headers => headers.TryAddWithoutValidation("Accept", accept));

            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
        }

        var document = await app.GetAsync("/@acme%2fx", alice, headers => headers.TryAddWithoutValidation("Accept", accept));
        Assert.Equal("application/json", document.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Head_says_what_get_would_without_the_body()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);

        foreach (var path in new[] { "/@acme%2fx", "/@acme%2fx/1.0.0", "/@acme%2fx/-/x-1.0.0.tgz" })
        {
            var get = await app.GetAsync(path, alice);
            var head = await app.SendAsync(HttpMethod.Head, path, alice);

            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_version_is_served_by_its_number_and_by_its_tags()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        await app.PublishedAsync(alice, First with { Version = "2.0.0-rc.1", Tag = "next" });

        var byNumber = await (await app.GetAsync("/@acme/x/1.0.0", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var byTag = await (await app.GetAsync("/@acme%2fx/latest", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var next = await (await app.GetAsync("/@acme%2fx/next", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal($"{app.Url}@acme/x/-/x-1.0.0.tgz", (string?)byNumber["dist"]!["tarball"]);
        Assert.Equal(byNumber.ToJsonString(), byTag.ToJsonString());
        Assert.Equal("2.0.0-rc.1", (string?)next["version"]);
        await (await app.GetAsync("/@acme%2fx/3.0.0", alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
        await (await app.GetAsync("/@acme%2fx/beta", alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
    }

    [Fact]
    public async Task A_publish_is_visible_to_the_next_request()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);

        for (var minor = 1; minor <= 20; minor++)
        {
            await app.PublishedAsync(alice, First with { Version = $"1.{minor}.0" });

            Assert.Equal($"1.{minor}.0", (string?)(await app.PackumentAsync(alice, "@acme/x"))["dist-tags"]!["latest"]);
        }
    }
}
