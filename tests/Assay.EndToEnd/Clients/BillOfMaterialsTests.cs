using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

/// <summary><c>npm sbom</c> over packages of this registry, in both of its formats.</summary>
public sealed class BillOfMaterialsTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task Npm_lists_what_is_installed_with_where_it_came_from_and_its_hash()
    {
        const string package = "@acme/listed-as-material";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var npm = await World.MemberAsync();
        using var app = App.DependingOn(package);
        (await npm.RunAsync(app.Path, "install")).ShouldSucceed();

        var cyclone = await ReadAsync(npm, app, "cyclonedx");
        var spdx = await ReadAsync(npm, app, "spdx");

        var component = Assert.Single(cyclone["components"]!.AsArray(), found => (string?)found!["name"] == package)!;
        Assert.Equal("pkg:npm/%40acme/listed-as-material@1.0.0", (string?)component["purl"]);
        Assert.Contains(component["externalReferences"]!.AsArray(), found => ((string)found!["url"]!).StartsWith($"{World.Server.Url}@acme/", StringComparison.Ordinal));
        Assert.Equal("SHA-512", (string?)component["hashes"]![0]!["alg"]);
        var listed = Assert.Single(spdx["packages"]!.AsArray(), found => (string?)found!["name"] == package)!;
        Assert.Equal("SHA512", (string?)listed["checksums"]![0]!["algorithm"]);
        Assert.Equal("MIT", (string?)listed["licenseDeclared"]);
    }

    private static async Task<JsonNode> ReadAsync(PackageManager npm, App app, string format) =>
        JsonNode.Parse((await npm.RunAsync(app.Path, "sbom", $"--sbom-format={format}")).ShouldSucceed().Output)!;
}
