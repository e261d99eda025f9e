using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

/// <summary>pnpm that compares how versions were published, <c>trustPolicy: no-downgrade</c>, with a registry that announces provenance.</summary>
public sealed class TrustPolicyTests : IAsyncLifetime
{
    private World world = null!;

    public async ValueTask InitializeAsync() => world = await World.StartAsync("--Assay:Attestations:Mode=PrivateRoot");

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_package_that_came_from_CI_throughout_installs_in_each_of_its_versions()
    {
        await PublishedByRunsAsync("@acme/steady", "1.0.0", "1.1.0");

        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            (await InstallAsync("@acme/steady", version)).ShouldSucceed();
        }
    }

    // The registry refuses such a version until owners allow it twice over; who compares sees it then.
    [Fact]
    public async Task A_version_that_a_person_published_after_CI_did_is_refused()
    {
        await PublishedByRunsAsync("@acme/mixed", "1.0.0");
        (await world.Server.AdminAsync(input: null, "lock", "set", "@acme/mixed", "2fa-or-oidc", "--now")).ShouldSucceed();
        await world.Http.CallAsync(HttpMethod.Put, "-/assay/v1/package/@acme%2fmixed/provenance", world.AdministratorToken, new JsonObject { ["mayLoseProvenance"] = true });
        var sample = new SamplePackage("@acme/mixed", "1.1.0");
        using (var published = await world.Http.PublishAsync(sample, sample.ToTarball(), world.AdministratorToken))
        {
            Assert.True(published.IsSuccessStatusCode);
        }

        var earlier = await InstallAsync("@acme/mixed", "1.0.0");
        var later = await InstallAsync("@acme/mixed", "1.1.0");

        earlier.ShouldSucceed();
        Assert.NotEqual(0, later.ExitCode);
        Assert.Matches("(?i)trust.*downgrade|TRUST_DOWNGRADE", later.Printed);
    }

    private async Task PublishedByRunsAsync(string package, params string[] versions)
    {
        await world.TrustGithubAsync(package, "octo-org/compared");
        foreach (var version in versions)
        {
            (await world.PublishAsync(new SamplePackage(package, version), world.Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/compared" }))).ShouldSucceed();
        }
    }

    private async Task<Finished> InstallAsync(string package, string version)
    {
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, world.MemberToken));
        using var app = new TemporaryFolder();
        var manifest = new JsonObject { ["name"] = "app", ["private"] = true, ["dependencies"] = new JsonObject { [package] = version } };
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), manifest.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(app.Path, "pnpm-workspace.yaml"), "trustPolicy: no-downgrade\n", TestContext.Current.CancellationToken);

        return await pnpm.RunAsync(app.Path, "install");
    }
}
