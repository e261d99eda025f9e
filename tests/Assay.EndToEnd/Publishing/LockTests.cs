using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

/// <summary>What CI published once is closed to tokens, in words that the clients show.</summary>
public sealed class LockTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [InlineData("11")]
    [InlineData("12")]
    public async Task After_its_first_trusted_publish_a_package_takes_nothing_by_token_until_its_owners_loosen_the_lock(string version)
    {
        var package = $"@acme/locked-{version}";
        await World.PublishedByMemberAsync(package, "1.0.0");
        await World.TrustGithubAsync(package, "octo-org/locked");
        (await World.PublishAsync(new SamplePackage(package, "1.1.0"), Ci.StartGithub(Claims()))).ShouldSucceed();
        using var npm = await PackageManager.CreateAsync(
            version == "11" ? PinnedClient.Npm : PinnedClient.Npm12, $"registry={World.Server.Url}", PackageManager.TokenLine(World.Server.Url, World.MemberToken));
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.2.0").WriteTo(checkout.Path);

        var publish = await npm.RunAsync(checkout.Path, "publish");
        await World.RevokeTrustAsync(package);
        var without = await npm.RunAsync(checkout.Path, "publish");
        var loosen = await npm.RunAnywhereAsync("access", "set", "mfa=publish", package);
        var still = await npm.RunAsync(checkout.Path, "publish");

        foreach (var refused in new[] { publish, without, still })
        {
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains($"{package} takes versions only from CI: its lock is 'oidc-only'", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("its first trusted publish, by GitHub Actions", refused.Errors, StringComparison.Ordinal);
        }
        loosen.ShouldSucceed();
        Assert.Contains($"The lock of {package} is loosened to '2fa-or-oidc' only from", loosen.Printed, StringComparison.Ordinal);
        Assert.Equal(["1.0.0", "1.1.0"], await World.VersionsAsync(package));
        (await World.Server.AdminAsync(input: null, "lock", "set", package, "2fa-or-oidc", "--now")).ShouldSucceed();
        (await npm.RunAsync(checkout.Path, "publish")).ShouldSucceed();
    }

    [Fact]
    public async Task Pnpm_says_why_too()
    {
        await World.PublishedOnceAsync("@acme/locked-pnpm", Claims());
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={World.Server.Url}", PackageManager.TokenLine(World.Server.Url, World.AdministratorToken));
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/locked-pnpm", "1.1.0").WriteTo(checkout.Path);

        var publish = await pnpm.RunAsync(checkout.Path, "publish", "--no-git-checks");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("@acme/locked-pnpm takes versions only from CI", publish.Printed, StringComparison.Ordinal);
    }

    private static JsonObject Claims() => new() { ["repository"] = "octo-org/locked" };
}
