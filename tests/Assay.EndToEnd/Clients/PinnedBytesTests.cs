using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

/// <summary>A lockfile pins bytes by their hash: what differs from it is not installed.</summary>
public sealed partial class PinnedBytesTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public Task Npm_installs_no_other_bytes() =>
        InstallAsync(PinnedClient.Npm, "package-lock.json", "EINTEGRITY", "ci");

    [Fact]
    public Task Pnpm_installs_no_other_bytes() =>
        InstallAsync(PinnedClient.Pnpm, "pnpm-lock.yaml", "TARBALL_INTEGRITY", "install", "--frozen-lockfile");

    [Fact]
    public Task Yarn_classic_installs_no_other_bytes() =>
        InstallAsync(PinnedClient.YarnClassic, "yarn.lock", "ntegrity", "install", "--frozen-lockfile");

    [Fact]
    public Task Bun_installs_no_other_bytes() =>
        InstallAsync(PinnedClient.Bun, "bun.lock", "Integrity check failed", "install", "--frozen-lockfile");

    /// <summary>With an empty cache and nothing installed: refused with another hash in the lockfile, installed with the right one.</summary>
    private async Task InstallAsync(PinnedClient client, string lockfile, string refusal, params string[] install)
    {
        var package = $"@acme/pinned-{client.Name}";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var app = App.DependingOn(package);
        // pnpm reads it nowhere else, and takes a minute for its tries.
        app.Write("pnpm-workspace.yaml", "fetchRetries: 0\n");
        using var first = await PackageManager.ForScopeAsync(client, World.Server.Url, World.MemberToken);
        (await first.RunAsync(app.Path, "install")).ShouldSucceed();
        var pinned = app.Read(lockfile);
        app.Write(lockfile, Sha512().Replace(pinned, $"sha512-{new string('A', 86)}=="));
        Directory.Delete(Path.Combine(app.Path, "node_modules"), recursive: true);
        using var second = await PackageManager.ForScopeAsync(client, World.Server.Url, World.MemberToken);

        var changed = await second.RunAsync(app.Path, install);
        app.Write(lockfile, pinned);
        var unchanged = await second.RunAsync(app.Path, install);

        Assert.NotEqual(0, changed.ExitCode);
        Assert.True(changed.Printed.Contains(refusal, StringComparison.Ordinal), changed.Printed);
        unchanged.ShouldSucceed();
        await app.ShouldRunAsync("1.0.0");
    }

    [GeneratedRegex("sha512-[A-Za-z0-9+/]{86}==")]
    private static partial Regex Sha512();
}
