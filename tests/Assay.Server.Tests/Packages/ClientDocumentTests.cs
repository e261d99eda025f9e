using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>The publish documents of the other clients, as they differ from npm's.</summary>
public sealed class ClientDocumentTests
{
    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    [Fact]
    public async Task Npm_fills_in_much_that_is_not_taken_over()
    {
        var document = Package.Document();
        document["description"] = "…";
        var version = Manifest(document);
        version["readme"] = "ERROR: No README data!";
        version["readmeFilename"] = "";
        version["_nodeVersion"] = "24.0.0";
        version["_npmVersion"] = "12.2.0";
        version["_id"] = "@acme/x@1.0.0";

        var stored = await PublishedAsync(document);

        Assert.Equal("# Hello", (string?)stored["readme"]);
        Assert.Equal("12.2.0", (string?)stored["versions"]!["1.0.0"]!["_npmVersion"]);
    }

    [Fact]
    public async Task Pnpm_names_neither_node_nor_itself_and_leaves_the_repository_short()
    {
        var package = Package with { Manifest = new JsonObject { ["repository"] = "github:acme/x" } };
        var document = package.Document();
        Manifest(document)["repository"] = new JsonObject { ["type"] = "git", ["url"] = "github:acme/x" };

        var stored = await PublishedAsync(document);

        Assert.Equal("@acme/x@1.0.0", (string?)stored["versions"]!["1.0.0"]!["_id"]);
    }

    [Fact]
    public async Task Yarn_berry_puts_the_tarball_before_the_versions()
    {
        var document = Package.Document();
        var reordered = new JsonObject();
        foreach (var key in new[] { "_id", "_attachments", "name", "access", "versions", "dist-tags" })
        {
            reordered[key] = document[key]?.DeepClone();
        }
        reordered["access"] = "restricted";
        reordered["readme"] = "from the client";
        Manifest(reordered)["gitHead"] = "0123456789abcdef0123456789abcdef01234567";
        Manifest(reordered)["packageManager"] = "yarn@4.18.1";

        var stored = await PublishedAsync(reordered);

        Assert.Equal("# Hello", (string?)stored["readme"]);
        Assert.Equal("0123456789abcdef0123456789abcdef01234567", (string?)stored["versions"]!["1.0.0"]!["gitHead"]);
    }

    [Fact]
    public async Task Yarn_classic_says_nothing_of_access()
    {
        var document = Package.Document();
        document.Remove("access");
        document["readme"] = "from the client";

        var stored = await PublishedAsync(document);

        Assert.Equal("1.0.0", (string?)stored["dist-tags"]!["latest"]);
    }

    [Fact]
    public async Task Bun_repeats_the_digests_in_keys_of_its_own()
    {
        var document = Package.Document();
        var version = Manifest(document);
        version["_integrity"] = version["dist"]!["integrity"]!.DeepClone();
        version["integrity"] = version["dist"]!["integrity"]!.DeepClone();
        version["shasum"] = version["dist"]!["shasum"]!.DeepClone();
        version["_nodeVersion"] = "26.3.0";
        version["_npmVersion"] = "10.8.3";

        var stored = await PublishedAsync(document);

        Assert.Equal((string?)version["integrity"], (string?)stored["versions"]!["1.0.0"]!["dist"]!["integrity"]);
        Assert.Null(stored["versions"]!["1.0.0"]!["_integrity"]);
    }

    [Fact]
    public async Task Lerna_names_itself_as_the_npm_version()
    {
        var document = Package.Document();
        Manifest(document)["_npmVersion"] = "lerna/10.1.1/node@v24.0.0+x64 (linux)";
        Manifest(document)["gitHead"] = "0123456789abcdef0123456789abcdef01234567";

        var stored = await PublishedAsync(document);

        Assert.Equal("lerna/10.1.1/node@v24.0.0+x64 (linux)", (string?)stored["versions"]!["1.0.0"]!["_npmVersion"]);
    }

    [Fact]
    public async Task A_document_without_digests_and_length_is_stored_with_those_of_its_bytes()
    {
        var document = Package.Document();
        var expected = (string?)Manifest(document)["dist"]!["integrity"];
        Manifest(document).Remove("dist");
        document["_attachments"]!["@acme/x-1.0.0.tgz"]!.AsObject().Remove("length");

        var stored = await PublishedAsync(document);

        Assert.Equal(expected, (string?)stored["versions"]!["1.0.0"]!["dist"]!["integrity"]);
    }

    private static JsonObject Manifest(JsonObject document) => document["versions"]!["1.0.0"]!.AsObject();

    private static async Task<JsonObject> PublishedAsync(JsonObject document)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.Created);
        return await app.PackumentAsync(alice, "@acme/x");
    }
}
