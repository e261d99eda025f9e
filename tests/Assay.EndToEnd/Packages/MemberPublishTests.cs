using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Packages;

/// <summary>The older way: a person publishes with the token of their sign-in.</summary>
public sealed class MemberPublishTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [InlineData("@acme/by-member")]
    [InlineData("acme-by-member")]
    public async Task A_member_publishes_a_name_that_is_free_and_then_owns_it(string package)
    {
        using var npm = await World.MemberAsync();

        (await PublishAsync(npm, package, "1.0.0")).ShouldSucceed();
        (await PublishAsync(npm, package, "1.1.0-rc.1", "--tag", "next")).ShouldSucceed();

        var view = (await npm.RunAnywhereAsync("view", package, "dist-tags", "--json")).ShouldSucceed();
        Assert.Equal("""{"latest":"1.0.0","next":"1.1.0-rc.1"}""", view.Output.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workspaces_are_published_in_one_go()
    {
        using var npm = await World.MemberAsync();
        using var checkout = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(checkout.Path, "package.json"), """{"name":"root","private":true,"workspaces":["a","b"]}""", TestContext.Current.CancellationToken);
        new SamplePackage("@acme/member-workspace-a", "1.0.0").WriteTo(checkout.Sub("a"));
        new SamplePackage("@acme/member-workspace-b", "2.0.0").WriteTo(checkout.Sub("b"));

        (await npm.RunAsync(checkout.Path, "publish", "--workspaces")).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/member-workspace-a"));
        Assert.Equal(["2.0.0"], await World.VersionsAsync("@acme/member-workspace-b"));
    }

    [Fact]
    public async Task A_package_of_somebody_else_is_not_a_members_to_publish()
    {
        var package = new SamplePackage("@acme/not-casey", "1.0.0");
        using var first = await World.Http.PublishAsync(package, package.ToTarball(), World.AdministratorToken);
        using var npm = await World.MemberAsync();

        var publish = await PublishAsync(npm, package.Name, "1.0.1");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("you are not one of its owners", publish.Errors, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await World.VersionsAsync(package.Name));
    }

    [Fact]
    public async Task Without_signing_in_npm_is_told_how_ci_publishes()
    {
        using var npm = await PackageManager.NpmAsync(World.Server.Url, "npm_0123456789abcdefghijklmnopqrstuvwxyz");

        var publish = await PublishAsync(npm, "@acme/nobody", "1.0.0");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("npm trust", publish.Errors, StringComparison.Ordinal);
    }

    private static async Task<Finished> PublishAsync(PackageManager npm, string package, string version, params string[] options)
    {
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, version).WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, ["publish", .. options]);
    }
}
