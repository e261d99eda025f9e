using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

public sealed class PnpmTests(SharedWorld shared) : EndToEndTest(shared)
{
    private static readonly JsonObject Claims = new() { ["repository"] = "octo-org/pnpm" };

    [Fact]
    public async Task A_member_installs_a_scoped_package()
    {
        await World.PublishedByMemberAsync("@acme/for-pnpm", "1.0.0");
        using var pnpm = await PackageManager.ForScopeAsync(PinnedClient.Pnpm, World.Server.Url, World.MemberToken);
        using var app = App.DependingOn("@acme/for-pnpm");

        (await pnpm.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
        Assert.Contains("integrity: sha512-", app.Read("pnpm-lock.yaml"), StringComparison.Ordinal);
        (await pnpm.RunAsync(app.Path, "install", "--frozen-lockfile")).ShouldSucceed();
    }

    [Fact]
    public async Task A_github_job_publishes_without_a_token()
    {
        await World.TrustGithubAsync("@acme/by-pnpm", "octo-org/pnpm");

        (await PublishAsync("@acme/by-pnpm", Ci.StartGithub(Claims.DeepClone().AsObject()))).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-pnpm"));
    }

    // Of all clients only pnpm takes the token in whatever CI system it runs.
    [Fact]
    public async Task An_identity_token_alone_is_enough()
    {
        await World.TrustGithubAsync("@acme/by-pnpm-token", "octo-org/pnpm");
        var job = new Dictionary<string, string> { ["NPM_ID_TOKEN"] = Ci.MintGithub(Claims.DeepClone().AsObject()) };

        (await PublishAsync("@acme/by-pnpm-token", job)).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-pnpm-token"));
    }

    [Fact]
    public async Task A_refused_job_is_told_why()
    {
        await World.TrustGithubAsync("@acme/by-pnpm-not", "octo-org/pnpm");

        var publish = await PublishAsync("@acme/by-pnpm-not", Ci.StartGithub(new JsonObject { ["repository"] = "mallory/pnpm" }));

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("Skipped OIDC", publish.Printed, StringComparison.Ordinal);
        Assert.Contains("no trust policy matches this run. It presented: repository mallory/pnpm", publish.Printed, StringComparison.Ordinal);
    }

    private async Task<Finished> PublishAsync(string package, IReadOnlyDictionary<string, string> job)
    {
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={World.Server.Url}");
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.0.0").WriteTo(checkout.Path);

        return await pnpm.RunAsync(checkout.Path, job, "publish", "--no-git-checks");
    }
}
