using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

public sealed class YarnClassicTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_member_installs_a_scoped_package()
    {
        await World.PublishedByMemberAsync("@acme/for-yarn", "1.0.0");
        using var yarn = await PackageManager.ForScopeAsync(PinnedClient.YarnClassic, World.Server.Url, World.MemberToken);
        using var app = App.DependingOn("@acme/for-yarn");

        (await yarn.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
        Assert.Contains("integrity sha512-", app.Read("yarn.lock"), StringComparison.Ordinal);
        (await yarn.RunAsync(app.Path, "install", "--frozen-lockfile")).ShouldSucceed();
    }

    [Fact]
    public async Task An_unscoped_package_needs_the_setting_that_the_readme_names()
    {
        await World.PublishedByMemberAsync("acme-for-yarn", "1.0.0");
        var registry = World.Server.Url;
        using var yarn = await PackageManager.CreateAsync(
            PinnedClient.YarnClassic, $"registry={registry}", PackageManager.TokenLine(registry, World.MemberToken), "always-auth=true");
        using var app = App.DependingOn("acme-for-yarn");

        (await yarn.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
    }

    [Fact]
    public async Task A_member_publishes()
    {
        var registry = World.Server.Url;
        using var yarn = await PackageManager.CreateAsync(
            PinnedClient.YarnClassic, $"registry={registry}", PackageManager.TokenLine(registry, World.MemberToken));
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/by-yarn", "1.0.0").WriteTo(checkout.Path);

        (await yarn.RunAsync(checkout.Path, "publish", "--non-interactive")).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-yarn"));
    }
}
