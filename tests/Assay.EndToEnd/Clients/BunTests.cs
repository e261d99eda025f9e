using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

public sealed class BunTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_member_installs_a_scoped_package()
    {
        await World.PublishedByMemberAsync("@acme/for-bun", "1.0.0");
        using var bun = await PackageManager.ForScopeAsync(PinnedClient.Bun, World.Server.Url, World.MemberToken);
        using var app = App.DependingOn("@acme/for-bun");

        (await bun.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
        Assert.Contains("sha512-", app.Read("bun.lock"), StringComparison.Ordinal);
        (await bun.RunAsync(app.Path, "install", "--frozen-lockfile")).ShouldSucceed();
    }

    [Fact]
    public async Task A_member_publishes()
    {
        using var bun = await PackageManager.ForScopeAsync(PinnedClient.Bun, World.Server.Url, World.MemberToken);
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/by-bun", "1.0.0").WriteTo(checkout.Path);

        (await bun.RunAsync(checkout.Path, "publish")).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-bun"));
    }
}
