using System.Runtime.InteropServices;

namespace Assay.EndToEnd.Harness;

/// <summary>A package manager at a fixed version, installed once per checkout into <c>artifacts/clients/NAME-VERSION</c>.</summary>
internal sealed record PinnedClient(string Name, string Version, string EntryPoint)
{
    public static PinnedClient Npm { get; } = new("npm", "11.19.1", "npm/bin/npm-cli.js");

    /// <summary>npm 12 asks for a newer Node than a plain machine has, so it brings its own.</summary>
    public static PinnedClient Npm12 { get; } = new("npm", "12.2.0", "npm/bin/npm-cli.js") { Runtime = Node24 };

    /// <summary>A registry to import from. One of its dependencies names a version that is not published everywhere.</summary>
    public static PinnedClient Verdaccio { get; } = new("verdaccio", "6.10.4", "verdaccio/build/lib/cli.mjs")
    {
        Runtime = Node24,
        Overrides = """{ "private": true, "overrides": { "node-fetch": "2.7.0" } }""",
    };

    /// <summary>An OpenID provider; the tests' script makes a server of it.</summary>
    public static PinnedClient OpenIdProvider { get; } = new("oidc-provider", "9.13.3", "oidc-provider/lib/index.js") { Runtime = Node24 };

    public static PinnedClient Pnpm { get; } = new("pnpm", "12.21.0", "pnpm/bin/pnpm.mjs");

    public static PinnedClient YarnClassic { get; } = new("yarn", "1.22.22", "yarn/bin/yarn.js");

    public static PinnedClient YarnBerry { get; } = new("@yarnpkg/cli-dist", "4.18.1", "@yarnpkg/cli-dist/bin/yarn.js");

    // The program itself, in the package for this machine: Bun's own script would have to be run at the installation to put it in place.
    public static PinnedClient Bun { get; } = new("bun", "1.4.5", "@oven/bun-*/bin/bun");

    /// <summary>What runs the client's script; the machine's own Node when null.</summary>
    private PinnedClient? Runtime { get; init; }

    /// <summary>The package.json to install it under.</summary>
    private string? Overrides { get; init; }

    private static PinnedClient Node24 => new($"node-linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", "24.21.0", "node-linux-*/bin/node");

    private string Folder => Path.Combine(Checkout.Clients, $"{Name.Replace('/', '+')}-{Version}");

    private string Modules => Path.Combine(Folder, "node_modules");

    /// <summary>What to run, before the arguments.</summary>
    public async Task<IReadOnlyList<string>> InstalledAsync()
    {
        if (!Directory.Exists(Folder))
        {
            Directory.CreateDirectory(Checkout.Clients);
            await using var turn = await TakeTurnAsync();

            if (!Directory.Exists(Folder))
            {
                await InstallAsync();
            }
        }

        var file = EntryPoint.Split('/').Aggregate(Modules, (folder, part) => Directory.EnumerateFileSystemEntries(folder, part).First());

        return !Path.HasExtension(file) ? [file] : Runtime is { } runtime ? [.. await runtime.InstalledAsync(), file] : ["node", file];
    }

    // Renamed into place when complete, so that an interrupted installation is not taken for a finished one.
    private async Task InstallAsync()
    {
        var unfinished = Folder + ".new";

        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Directory.CreateDirectory(unfinished);

        if (Overrides is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(unfinished, "package.json"), Overrides);
        }

        string[] arguments = ["install", "--prefix", unfinished, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", $"{Name}@{Version}"];
        (await Command.RunAsync("npm", arguments, unfinished)).ShouldSucceed();
        Directory.Move(unfinished, Folder);
    }

    private async Task<FileStream> TakeTurnAsync()
    {
        while (true)
        {
            try
            {
                return new FileStream(Folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }
    }
}
