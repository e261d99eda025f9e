using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Import;

/// <summary>What real npm published into a real Verdaccio.</summary>
public sealed class VerdaccioImportTests
{
    private static readonly (SamplePackage Package, string Tag)[] Published =
    [
        (new("@acme/moved", "1.0.0"), "latest"),
        (new("@acme/moved", "1.1.0"), "latest"),
        (new("@acme/moved", "2.0.0-rc.1"), "next"),
        (new("moved-plain", "0.1.0"), "latest"),
    ];

    [Fact]
    public async Task Its_folder_and_its_url_give_the_same_packages_and_all_of_them_install()
    {
        await using var verdaccio = await VerdaccioProcess.StartAsync();
        await PublishAsync(verdaccio);
        using var files = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(files.Path, "token"), verdaccio.Token, TestContext.Current.CancellationToken);
        var there = await InstalledTree.OfAsync(Project(), verdaccio.Url, verdaccio.Token);

        string[][] sources = [["--from", verdaccio.Storage], ["--from", verdaccio.Url.AbsoluteUri, "--all", "--token-file", Path.Combine(files.Path, "token")]];

        foreach (var source in sources)
        {
            await using var copy = await FreshRegistry.StartAsync();
            var imported = (await copy.ImportAsync(source)).ShouldSucceed();
            Assert.Contains("Imported 4 versions of 2 packages", imported.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(verdaccio.Token, imported.Printed + copy.Server.Log, StringComparison.Ordinal);
            await ShouldHaveEverythingAsync(copy);
            Assert.Equal(there.Files, (await InstalledTree.OfAsync(Project(), copy.Server.Url, copy.Token)).Files);
        }
    }

    private static async Task PublishAsync(VerdaccioProcess verdaccio)
    {
        using var npm = await PackageManager.NpmAsync(verdaccio.Url, verdaccio.Token);

        foreach (var (package, tag) in Published)
        {
            using var checkout = new TemporaryFolder();
            package.WriteTo(checkout.Path);
            (await npm.RunAsync(checkout.Path, "publish", "--tag", tag)).ShouldSucceed();
        }

        (await npm.RunAnywhereAsync("deprecate", "@acme/moved@1.0.0", "use 1.1.0")).ShouldSucceed();
    }

    private static async Task ShouldHaveEverythingAsync(FreshRegistry copy)
    {
        var packument = await copy.Http.CallAsync(HttpMethod.Get, "@acme%2fmoved", copy.Token);
        Assert.Equal(["1.0.0", "1.1.0", "2.0.0-rc.1"], packument["versions"]!.AsObject().Select(version => version.Key));
        Assert.Equal("use 1.1.0", (string?)packument["versions"]!["1.0.0"]!["deprecated"]);
        Assert.Equal("1.1.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal("2.0.0-rc.1", (string?)packument["dist-tags"]!["next"]);
    }

    private static JsonObject Project() => new()
    {
        ["name"] = "app",
        ["private"] = true,
        ["dependencies"] = new JsonObject(
            Published.Select(each => KeyValuePair.Create($"{each.Package.Name.Split('/')[^1]}-{each.Package.Version}", (JsonNode?)$"npm:{each.Package.Name}@{each.Package.Version}"))),
    };
}
