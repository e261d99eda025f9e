namespace Assay.EndToEnd.Harness;

/// <summary>
/// Stock npm with a home folder, cache and settings of its own, and an environment built from nothing: what a test does not give it,
/// it does not have.
/// </summary>
internal sealed class NpmClient(string script, Uri registry) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Settings => Path.Combine(folder.Path, ".npmrc");

    public static async Task<NpmClient> CreateAsync(Uri registry, string? token = null)
    {
        var client = new NpmClient(await PinnedClient.Npm.InstalledAsync(), registry);
        string[] settings =
        [
            $"registry={registry}", "fetch-retries=0", "audit=false", "fund=false", "update-notifier=false",
            .. token is null ? Array.Empty<string>() : [$"//{registry.Authority}/:_authToken={token}"],
        ];
        await File.WriteAllLinesAsync(client.Settings, settings);

        return client;
    }

    public Task<Finished> RunAsync(string workingFolder, IReadOnlyDictionary<string, string> job, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(job)
        {
            ["HOME"] = folder.Path,
            ["NPM_CONFIG_GLOBALCONFIG"] = Path.Combine(folder.Path, "none"),
        };

        return Command.RunAsync("node", [script, .. arguments], workingFolder, environment);
    }

    public Task<Finished> RunAsync(string workingFolder, params string[] arguments) =>
        RunAsync(workingFolder, new Dictionary<string, string>(), arguments);

    public Uri Registry => registry;

    public void Dispose() => folder.Dispose();
}
