using System.Net;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Attestations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.SigstoreSimulator;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Server.Tests.Attestations;

/// <summary>Statements about public packages go to the public log; clients are told of those that it has.</summary>
public sealed class PublicLogTests : IAsyncLifetime
{
    private readonly SimulatedSigstore sigstore = new(TimeProvider.System);
    private SigstoreSimulatorHost rekor = null!;

    public async ValueTask InitializeAsync() => rekor = await SigstoreSimulatorHost.StartAsync(sigstore, TimeProvider.System);

    public ValueTask DisposeAsync() => rekor.DisposeAsync();

    [Fact]
    public async Task What_the_log_has_is_announced_and_verifies_with_its_root()
    {
        await using var world = await StartAsync(rekor.Url);
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "public" });
        Assert.Null(await AnnouncedAsync(world));
        world.App.Clock.SetUtcNow(TimeProvider.System.GetUtcNow().AddSeconds(5));

        await LogAsync(world);

        Assert.NotNull(await AnnouncedAsync(world));
        Assert.True(TrustedRoot.TryParse(sigstore.TrustedRoot, out var root));
        var listed = await world.App.JsonAsync("/-/npm/v1/attestations/@acme%2fhello@1.0.0", world.Administrator);
        Assert.Equal(2, listed["attestations"]!.AsArray().Count);
        foreach (var attestation in listed["attestations"]!.AsArray())
        {
            Assert.IsType<BundleVerdict.Verified>(await world.App.VerdictAsync(world.Administrator, TrustWorld.Package, "1.0.0", attestation!, root));
        }
    }

    [Fact]
    public async Task A_private_source_and_a_package_of_members_stay_here()
    {
        await using var world = await StartAsync(rekor.Url);
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "private" });

        await LogAsync(world);

        Assert.Null(await AnnouncedAsync(world));
        Assert.False(await world.App.ReadAsync(db => db.Attestations.AnyAsync(row => row.PublicEntry != null)));
    }

    [Fact]
    public async Task A_log_that_cannot_be_reached_stops_no_publish_and_nothing_is_announced()
    {
        await using var world = await StartAsync(new Uri("http://127.0.0.1:1/"));

        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "public" });

        await Assert.ThrowsAsync<HttpRequestException>(() => LogAsync(world));
        Assert.Null(await AnnouncedAsync(world));
        using var listed = await world.App.GetAsync("/-/npm/v1/attestations/@acme%2fhello@1.0.0", world.Administrator);
        await listed.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "no-attestations");
    }

    [Fact]
    public async Task An_entry_that_does_not_verify_with_the_trusted_root_is_not_announced()
    {
        await using var world = await StartAsync(rekor.Url, new SimulatedSigstore(TimeProvider.System).TrustedRoot);
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "public" });
        world.App.Clock.SetUtcNow(TimeProvider.System.GetUtcNow().AddSeconds(5));

        await LogAsync(world);

        Assert.Null(await AnnouncedAsync(world));
    }

    private async Task<TrustWorld> StartAsync(Uri log, string? trustedRoot = null)
    {
        Assert.True(TrustedRoot.TryParse(trustedRoot ?? sigstore.TrustedRoot, out var root));
        var world = await TrustWorld.StartAsync(
            [
                // The first tick is the test's own.
                "--Assay:Attestations:Mode=PublicLog", $"--Assay:Attestations:PublicLogUrl={log}", "--Assay:Attestations:PublicLogSeconds=86400",
                "--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public",
            ],
            replace: services => services.AddSingleton(new ClientTrust(root)));
        await world.TrustGithubAsync();
        return world;
    }

    private static Task LogAsync(TrustWorld world) =>
        world.App.Services.GetServices<IHostedService>().OfType<LogPublicly>().Single().RunAsync(TestContext.Current.CancellationToken);

    private static async Task<JsonNode?> AnnouncedAsync(TrustWorld world) =>
        (await world.App.PackumentAsync(world.Administrator, "@acme%2fhello"))["versions"]!["1.0.0"]!["dist"]!["attestations"];
}
