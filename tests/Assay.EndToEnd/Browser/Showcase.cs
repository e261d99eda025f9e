using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

[assembly: AssemblyFixture(typeof(Assay.EndToEnd.Browser.Showcase))]

namespace Assay.EndToEnd.Browser;

/// <summary>
/// A registry as it looks after a few weeks: packages from CI and by hand, refused runs, something waiting for people. Its own world, because what all pages show should not depend
/// on what other tests do meanwhile. Tests look at it and change nothing; whoever changes something makes a world of their own.
/// </summary>
public sealed class Showcase : IAsyncLifetime
{
    public const string Package = "@acme/rocket";

    private readonly Lazy<Task<World>> world = new(FurnishAsync);

    internal Task<World> GetAsync() => world.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (world.IsValueCreated && world.Value.IsCompletedSuccessfully)
        {
            await (await world.Value).DisposeAsync();
        }
    }

    private static async Task<World> FurnishAsync()
    {
        var world = await World.StartAsync(World.Unhindered);
        await PublishFromCiAsync(world);
        await world.PublishedByMemberAsync("@acme/launchpad", "0.9.0", "1.0.0");

        return world;
    }

    /// <summary>Versions with provenance, and a run of another repository that was refused.</summary>
    private static async Task PublishFromCiAsync(World world)
    {
        await world.TrustGithubAsync(Package, "acme/rocket");
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            (await world.PublishAsync(new SamplePackage(Package, version), world.Ci.StartGithub(new JsonObject { ["repository"] = "acme/rocket" }))).ShouldSucceed();
        }
        var foreign = await world.PublishAsync(new SamplePackage(Package, "1.2.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = "mallory/rocket" }));
        Assert.NotEqual(0, foreign.ExitCode);
    }
}
