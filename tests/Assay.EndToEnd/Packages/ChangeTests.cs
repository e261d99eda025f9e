using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Packages;

/// <summary>What an owner does to a published package: <c>npm dist-tag</c>, <c>deprecate</c>, <c>unpublish</c>.</summary>
public sealed class ChangeTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_tag_is_set_listed_installed_by_and_removed()
    {
        await World.PublishedByMemberAsync("@acme/tagged", "1.0.0", "1.1.0");
        using var npm = await World.MemberAsync();

        (await npm.RunAnywhereAsync("dist-tag", "add", "@acme/tagged@1.0.0", "stable")).ShouldSucceed();
        var list = (await npm.RunAnywhereAsync("dist-tag", "ls", "@acme/tagged")).ShouldSucceed();
        var view = (await npm.RunAnywhereAsync("view", "@acme/tagged@stable", "version", "--prefer-online")).ShouldSucceed();
        (await npm.RunAnywhereAsync("dist-tag", "rm", "@acme/tagged", "stable")).ShouldSucceed();
        var left = (await npm.RunAnywhereAsync("dist-tag", "ls", "@acme/tagged")).ShouldSucceed();

        Assert.Equal("latest: 1.1.0\nstable: 1.0.0", list.Output.Trim());
        Assert.Equal("1.0.0", view.Output.Trim());
        Assert.Equal("latest: 1.1.0", left.Output.Trim());
    }

    [Fact]
    public async Task The_tag_latest_stays()
    {
        await World.PublishedByMemberAsync("@acme/latest-stays", "1.0.0");
        using var npm = await World.MemberAsync();

        var remove = await npm.RunAnywhereAsync("dist-tag", "rm", "@acme/latest-stays", "latest");

        Assert.NotEqual(0, remove.ExitCode);
        Assert.Contains("cannot be removed", remove.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deprecated_version_warns_whoever_installs_it_until_it_is_taken_back()
    {
        await World.PublishedByMemberAsync("@acme/deprecated", "1.0.0", "1.1.0");
        using var npm = await World.MemberAsync();

        (await npm.RunAnywhereAsync("deprecate", "@acme/deprecated@1.0.0", "use 1.1.0")).ShouldSucceed();
        var warned = await InstallAsync(npm, "@acme/deprecated@1.0.0");
        var other = await InstallAsync(npm, "@acme/deprecated@1.1.0");
        (await npm.RunAnywhereAsync("undeprecate", "@acme/deprecated@1.0.0")).ShouldSucceed();
        var afterwards = await InstallAsync(npm, "@acme/deprecated@1.0.0");

        Assert.Contains("npm warn deprecated @acme/deprecated@1.0.0: use 1.1.0", warned.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("deprecated", other.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("deprecated", afterwards.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unpublished_version_is_gone_and_its_number_is_never_used_again()
    {
        await World.PublishedByMemberAsync("@acme/one-less", "1.0.0", "1.1.0");
        using var npm = await World.MemberAsync();

        (await npm.RunAnywhereAsync("unpublish", "@acme/one-less@1.1.0")).ShouldSucceed();
        var install = await InstallAsync(npm, "@acme/one-less@1.1.0");
        var again = await PublishAsync(npm, new SamplePackage("@acme/one-less", "1.1.0"));

        Assert.Contains("ETARGET", install.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, again.ExitCode);
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/one-less"));
        Assert.Equal("1.0.0", (await npm.RunAnywhereAsync("view", "@acme/one-less", "version", "--prefer-online")).ShouldSucceed().Output.Trim());
    }

    [Theory]
    [InlineData("@acme/all-gone")]
    [InlineData("acme-all-gone")]
    public async Task An_unpublished_package_is_gone_and_its_name_stays_with_its_owner(string package)
    {
        await World.PublishedByMemberAsync(package, "1.0.0", "1.1.0");
        using var npm = await World.MemberAsync();

        (await npm.RunAnywhereAsync("unpublish", package, "--force")).ShouldSucceed();
        var view = await npm.RunAnywhereAsync("view", package, "--prefer-online");
        var again = await PublishAsync(npm, new SamplePackage(package, "1.1.0"));
        var next = await PublishAsync(npm, new SamplePackage(package, "2.0.0"));

        Assert.Contains("E404", view.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, again.ExitCode);
        next.ShouldSucceed();
        Assert.Equal(["2.0.0"], await World.VersionsAsync(package));
    }

    private static async Task<Finished> InstallAsync(PackageManager npm, string package)
    {
        using var app = new TemporaryFolder();
        var manifest = new JsonObject { ["name"] = "app", ["private"] = true };
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), manifest.ToJsonString(), TestContext.Current.CancellationToken);

        return await npm.RunAsync(app.Path, "install", package, "--prefer-online");
    }

    private static async Task<Finished> PublishAsync(PackageManager npm, SamplePackage package)
    {
        using var checkout = new TemporaryFolder();
        package.WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, "publish", "--force");
    }
}
