namespace Assay.EndToEnd.Harness;

/// <summary>
/// A stock client with a home folder, cache and settings of its own, and an environment built from nothing: what a test does not give
/// it, it does not have.
/// </summary>
internal sealed class PackageManager : IDisposable
{
    private readonly IReadOnlyList<string> command;
    private readonly TemporaryFolder home = new();

    private PackageManager(IReadOnlyList<string> command) => this.command = command;

    public string Home => home.Path;

    /// <summary>The settings that npm, pnpm, Yarn classic and Bun read.</summary>
    public string Settings => File.Exists(SettingsFile) ? File.ReadAllText(SettingsFile) : "";

    private string SettingsFile => Path.Combine(home.Path, ".npmrc");

    /// <summary>npm for which the registry is the only one; with a token, signed in.</summary>
    public static Task<PackageManager> NpmAsync(Uri registry, string? token = null) =>
        CreateAsync(PinnedClient.Npm, [$"registry={registry}", .. token is null ? [] : new[] { TokenLine(registry, token) }]);

    /// <summary>A member's client as the readme sets it up: the scope comes from the registry, and nothing else can be had.</summary>
    public static Task<PackageManager> ForScopeAsync(PinnedClient client, Uri registry, string token) =>
        CreateAsync(client, ["registry=http://localhost:1/", $"@acme:registry={registry}", TokenLine(registry, token)]);

    public static async Task<PackageManager> CreateAsync(PinnedClient client, params string[] settings)
    {
        var manager = new PackageManager(await client.InstalledAsync());
        string[] quiet = ["fetch-retries=0", "audit=false", "fund=false", "update-notifier=false"];
        await File.WriteAllLinesAsync(manager.SettingsFile, [.. settings, .. quiet]);

        return manager;
    }

    public Task<Finished> RunAsync(string workingFolder, IReadOnlyDictionary<string, string> job, params string[] arguments) =>
        Command.RunAsync(command[0], [.. command.Skip(1), .. arguments], workingFolder, Environment(job));

    public Task<Finished> RunAsync(string workingFolder, params string[] arguments) =>
        RunAsync(workingFolder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs in an empty folder.</summary>
    public async Task<Finished> RunAnywhereAsync(params string[] arguments)
    {
        using var anywhere = new TemporaryFolder();

        return await RunAsync(anywhere.Path, arguments);
    }

    /// <summary>Starts a command that asks its user something.</summary>
    public Conversation Converse(params string[] arguments) =>
        Conversation.Start(command[0], [.. command.Skip(1), .. arguments], home.Path, Environment(new Dictionary<string, string>()));

    /// <summary>The same at a terminal, without which npm neither asks nor waits for anybody.</summary>
    public Conversation ConverseAtTerminal(string folder, params string[] arguments) =>
        Conversation.StartAtTerminal([.. command, .. arguments], folder, Environment(new Dictionary<string, string> { ["TERM"] = "dumb", ["NO_COLOR"] = "1" }));

    public void Dispose() => home.Dispose();

    public static string TokenLine(Uri registry, string token) => $"//{registry.Authority}{registry.AbsolutePath}:_authToken={token}";

    private Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> job) => new(job)
    {
        ["HOME"] = home.Path,
        ["NPM_CONFIG_GLOBALCONFIG"] = Path.Combine(home.Path, "none"),
        ["BUN_INSTALL_CACHE_DIR"] = home.Sub("bun-cache"),
        ["DO_NOT_TRACK"] = "1",
    };
}
