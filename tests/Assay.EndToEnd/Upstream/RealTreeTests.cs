using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Upstream;

/// <summary>
/// A project of more than 300 packages of the public registry, installed through this one: cold, and again with nobody behind it; the lock files are those
/// that the client makes without it.
/// </summary>
public sealed class RealTreeTests
{
    private const int Least = 300;

    // The oldest of each that still have long trees; fixed, so that only what they depend on moves.
    private static readonly JsonObject Dependencies = new()
    {
        ["express"] = "4.21.2",
        ["eslint"] = "8.57.1",
        ["webpack"] = "5.97.1",
        ["mocha"] = "10.8.2",
        ["webpack-dev-server"] = "5.2.0",
    };

    public static TheoryData<string> Clients => new("npm", "pnpm", "yarn", "bun");

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_real_tree_installs_cold_and_again_without_its_upstream_and_the_lock_file_is_the_same(string client)
    {
        await using var upstream = await RelayedRegistry.StartAsync();
        using var data = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(
            data.Path, null, $"--Assay:Upstream:Registries:npm:Url={upstream.Url}", "--Assay:Upstream:Read=Public", "--Assay:Upstream:FreshSeconds=0");

        var straight = await InstallAsync(client, upstream.Url);
        var before = upstream.Asked.Count;
        var cold = await InstallAsync(client, server.Url);
        var asked = upstream.Asked.Count - before;
        upstream.IsShut = true;
        var warm = await InstallAsync(client, server.Url);

        Assert.True(straight.Packages >= Least, $"The tree has {straight.Packages} packages.");
        Assert.Equal(straight.Packages, cold.Packages);
        Assert.Equal(straight.Packages, warm.Packages);
        Assert.Equal(Anywhere(straight.Lock, upstream.Url), Anywhere(cold.Lock, server.Url));
        Assert.Equal(cold.Lock, warm.Lock);
        Assert.True(asked > Least, $"Only {asked} requests reached the upstream.");
    }

    private static async Task<(string Lock, int Packages)> InstallAsync(string client, Uri registry)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "package.json"),
            new JsonObject { ["name"] = "app", ["private"] = true, ["dependencies"] = Dependencies.DeepClone() }.ToJsonString(), TestContext.Current.CancellationToken);
        var (manager, arguments, lockFile) = await ClientAsync(client, registry, folder.Path);

        using (manager)
        {
            (await manager.RunAsync(folder.Path, arguments)).ShouldSucceed();
        }

        return (await File.ReadAllTextAsync(Path.Combine(folder.Path, lockFile), TestContext.Current.CancellationToken), Count(folder.Path));
    }

    private static async Task<(PackageManager Manager, string[] Arguments, string LockFile)> ClientAsync(string client, Uri registry, string folder)
    {
        var setting = $"registry={registry}";

        switch (client)
        {
            case "npm":
                return (await PackageManager.CreateAsync(PinnedClient.Npm, setting), ["install", "--ignore-scripts"], "package-lock.json");
            case "pnpm":
                return (await PackageManager.CreateAsync(PinnedClient.Pnpm, setting), ["install", "--ignore-scripts", "--config.node-linker=hoisted"], "pnpm-lock.yaml");
            case "bun":
                return (await PackageManager.CreateAsync(PinnedClient.Bun, setting), ["install", "--ignore-scripts", "--linker=hoisted"], "bun.lock");
            default:
                await File.WriteAllTextAsync(Path.Combine(folder, "yarn.lock"), "");
                await File.WriteAllTextAsync(Path.Combine(folder, ".yarnrc.yml"),
                    $"npmRegistryServer: \"{registry}\"\nnodeLinker: node-modules\nenableTelemetry: false\nenableScripts: false\nhttpRetry: 0\nunsafeHttpWhitelist: [localhost]\n");

                return (await PackageManager.CreateAsync(PinnedClient.YarnBerry), ["install"], "yarn.lock");
        }
    }

    /// <summary>Installed packages, by the manifests in the folders that clients put them in.</summary>
    private static int Count(string folder) => Directory
        .EnumerateFiles(Path.Combine(folder, "node_modules"), "package.json", SearchOption.AllDirectories)
        .Select(file => Path.GetDirectoryName(Path.GetRelativePath(folder, file))!.Split('/'))
        .Count(path => path[^2] == "node_modules" || (path.Length > 2 && path[^3] == "node_modules" && path[^2].StartsWith('@')));

    private static string Anywhere(string text, Uri registry) => text.Replace(registry.AbsoluteUri, "https://registry/", StringComparison.Ordinal);
}
