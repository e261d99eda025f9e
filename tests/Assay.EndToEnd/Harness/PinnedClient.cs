namespace Assay.EndToEnd.Harness;

/// <summary>A package manager at a fixed version, installed once per checkout into <c>artifacts/clients/NAME-VERSION</c>.</summary>
internal sealed record PinnedClient(string Name, string Version, string EntryPoint)
{
    public static PinnedClient Npm { get; } = new("npm", "11.19.1", "bin/npm-cli.js");

    private string Folder => Path.Combine(Checkout.Clients, $"{Name}-{Version}");

    /// <summary>The script to run with node.</summary>
    public async Task<string> InstalledAsync()
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

        return Path.Combine(Folder, "node_modules", Name, EntryPoint);
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
