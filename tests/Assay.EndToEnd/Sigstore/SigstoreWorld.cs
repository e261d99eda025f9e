using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.SigstoreSimulator;

namespace Assay.EndToEnd.Sigstore;

/// <summary>A registry that believes a Sigstore on this machine, which stock npm is led to.</summary>
public sealed class SigstoreWorld : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    internal World World { get; private set; } = null!;

    internal SigstoreSimulatorHost Sigstore { get; private set; } = null!;

    internal string TrustedRoot { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var simulated = new SimulatedSigstore(TimeProvider.System);
        Sigstore = await SigstoreSimulatorHost.StartAsync(simulated, TimeProvider.System);
        var root = Path.Combine(folder.Path, "trusted_root.json");
        TrustedRoot = simulated.TrustedRoot;
        await File.WriteAllTextAsync(root, TrustedRoot);
        World = await World.StartAsync(
            $"--Assay:Attestations:TrustedRootFile={root}", "--Assay:Attestations:Visibility=Packages", "--Assay:Access:Ceiling=Public");
    }

    /// <summary>Starts a run whose npm signs with the simulated Sigstore; with a tampering, not what it publishes.</summary>
    internal Dictionary<string, string> StartGithub(string repository, (string From, string To)? tampering = null)
    {
        var job = new Dictionary<string, string>(World.Ci.StartGithub(new JsonObject { ["repository"] = repository }))
        {
            ["NODE_OPTIONS"] = $"--require={Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "Sigstore", "preload.js")}",
            ["SIMULATED_SIGSTORE"] = Sigstore.Url.GetLeftPart(UriPartial.Authority),
        };

        if (tampering is var (from, to))
        {
            job["SIMULATED_TAMPERING"] = JsonSerializer.Serialize(new[] { from, to });
        }

        return job;
    }

    internal static SamplePackage Package(string name, string version, string repository) =>
        new(name, version) { Repository = $"https://github.com/{repository}" };

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Sigstore.DisposeAsync();
        folder.Dispose();
    }
}
