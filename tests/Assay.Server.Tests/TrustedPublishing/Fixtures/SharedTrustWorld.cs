namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>One world for a class whose tests change nothing that another of them sees. Its policies have learned their ids; its limits are out of reach.</summary>
public sealed class SharedTrustWorld : IAsyncLifetime
{
    public const string WithEnvironment = "@acme/with-environment";

    internal TrustWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await TrustWorld.WithPinnedPolicyAsync(
            environment: null, "--Assay:TrustedPublishing:RefusalsPerAddress=100000", "--Assay:TrustedPublishing:RefusalsPerProject=100000");
        await World.TrustGithubAsync(WithEnvironment, environment: "release");
        await World.PublishFromGithubAsync("1.0.0", new() { ["environment"] = "release" }, WithEnvironment);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
