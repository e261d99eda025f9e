using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Import;

/// <summary>A registry whose packages have every odd trait, imported into another one: what clients get from there is the same.</summary>
public sealed class CopyImportTests(SharedWorld shared) : EndToEndTest(shared)
{
    private static IEnumerable<string> Names => OddPackages.All.Select(package => package.Name).Distinct(StringComparer.Ordinal);

    [Fact]
    public async Task All_versions_of_250_odd_packages_install_unharmed_also_after_an_import_that_was_killed()
    {
        await PublishAsync();
        await using var copy = await FreshRegistry.StartAsync();
        using var files = new TemporaryFolder();
        string[] arguments = ["--from", World.Server.Url.AbsoluteUri, "--list", Path.Combine(files.Path, "names"), "--token-file", Path.Combine(files.Path, "token")];
        await File.WriteAllLinesAsync(Path.Combine(files.Path, "names"), Names, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(files.Path, "token"), World.MemberToken, TestContext.Current.CancellationToken);

        await KillInTheMiddleAsync(copy, arguments);
        var imported = (await copy.ImportAsync(arguments)).ShouldSucceed();
        var again = (await copy.ImportAsync(arguments)).ShouldSucceed();

        // Some had come before the end, and some were left to do.
        Assert.Matches("^Imported [1-9][0-9]* versions of [1-9][0-9]* packages .*; [1-9][0-9]* were here already, 0 refused", imported.Output);
        Assert.Contains($"{OddPackages.All.Count} were here already", again.Output, StringComparison.Ordinal);
        await ShouldBeTheSameDocumentsAsync(copy);
        var there = await InstalledTree.OfAsync(OddPackages.Project(), World.Server.Url, World.MemberToken);
        var here = await InstalledTree.OfAsync(OddPackages.Project(), copy.Server.Url, copy.Token);
        Assert.InRange(there.Files.Count, 2 * Names.Count(), 10_000);
        Assert.Equal(there.Files, here.Files);
        Assert.Equal(there.Lock, here.Lock);
    }

    // Packages side by side, the versions of each in their order.
    private Task PublishAsync() => Parallel.ForEachAsync(OddPackages.All.GroupBy(package => package.Name), async (versions, _) =>
    {
        foreach (var package in versions)
        {
            await World.Http.CallAsync(HttpMethod.Put, RegistryClient.Escape(package.Name), World.MemberToken, package.ToDocument(package.ToTarball()));

            if (package.Deprecated is { } message)
            {
                var document = new JsonObject { ["versions"] = new JsonObject { [package.Version] = new JsonObject { ["deprecated"] = message } } };
                await World.Http.CallAsync(HttpMethod.Put, RegistryClient.Escape(package.Name), World.MemberToken, document);
            }
        }
    });

    // The server dies with the first packages stored and the others not.
    private static async Task KillInTheMiddleAsync(FreshRegistry copy, string[] arguments)
    {
        var import = copy.ImportAsync(arguments);

        while (!import.IsCompleted && (await copy.Http.VersionsAsync(Names.Order(StringComparer.Ordinal).ElementAt(20), copy.Token)).Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }

        await copy.Server.KillAsync();
        Assert.NotEqual(0, (await import).ExitCode);
        await copy.RestartAsync();
    }

    private async Task ShouldBeTheSameDocumentsAsync(FreshRegistry copy)
    {
        foreach (var name in Names)
        {
            var there = await World.Http.CallAsync(HttpMethod.Get, RegistryClient.Escape(name), World.MemberToken);
            var here = await copy.Http.CallAsync(HttpMethod.Get, RegistryClient.Escape(name), copy.Token);
            Assert.Equal(Comparable(there, World.Server.Url), Comparable(here, copy.Server.Url));
        }
    }

    // What is each registry's own: its addresses, its signatures, how often and when it changed the document.
    private static string Comparable(JsonObject packument, Uri registry)
    {
        packument.Remove("_rev");
        packument["time"]!.AsObject().Remove("modified");
        packument["dist-tags"] = new JsonObject(packument["dist-tags"]!.AsObject().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => KeyValuePair.Create(tag.Key, tag.Value?.DeepClone())));

        foreach (var (_, version) in packument["versions"]!.AsObject())
        {
            version!["dist"]!.AsObject().Remove("signatures");
        }

        return packument.ToJsonString().Replace(registry.AbsoluteUri, "https://registry/", StringComparison.Ordinal);
    }
}
