using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

/// <summary>Yarn 4, whose settings are its own.</summary>
public sealed class YarnBerryTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_member_installs_a_scoped_package()
    {
        await World.PublishedByMemberAsync("@acme/for-berry", "1.0.0");
        using var yarn = await PackageManager.CreateAsync(PinnedClient.YarnBerry);
        using var app = App.DependingOn("@acme/for-berry");
        Configure(app.Path, $"""
            npmRegistryServer: "http://localhost:1/"
            {Readme.File(".yarnrc.yml").Replace(Readme.Registry, World.Server.Url.ToString(), StringComparison.Ordinal)}
            """);
        // As `yarn npm login --scope acme` leaves it.
        await File.WriteAllTextAsync(
            Path.Combine(yarn.Home, ".yarnrc.yml"), $"npmScopes:\n  acme:\n    npmAuthToken: {World.MemberToken}\n", TestContext.Current.CancellationToken);

        (await yarn.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
        (await yarn.RunAsync(app.Path, "install", "--immutable")).ShouldSucceed();
    }

    [Fact]
    public async Task An_unscoped_package_needs_the_setting_that_the_readme_names()
    {
        await World.PublishedByMemberAsync("acme-for-berry", "1.0.0");
        using var yarn = await PackageManager.CreateAsync(PinnedClient.YarnBerry);
        using var app = App.DependingOn("acme-for-berry");
        Configure(app.Path, $$"""
            npmRegistryServer: "{{World.Server.Url}}"
            npmAuthToken: "{{World.MemberToken}}"
            npmAlwaysAuth: true
            npmPreapprovedPackages: ["acme-*"]
            """);

        (await yarn.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
    }

    // Yarn asks for public access to an unscoped package, which this registry does not give, unless it is told otherwise.
    [Theory]
    [InlineData("@acme/by-berry", "")]
    [InlineData("acme-by-berry", "npmPublishAccess: restricted")]
    public async Task A_github_job_publishes_without_a_token(string package, string setting)
    {
        await World.TrustGithubAsync(package, "octo-org/berry");
        using var yarn = await PackageManager.CreateAsync(PinnedClient.YarnBerry);
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.0.0").WriteTo(checkout.Path);
        Configure(checkout.Path, $"npmPublishRegistry: \"{World.Server.Url}\"\n{setting}");
        var job = Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/berry" });
        (await yarn.RunAsync(checkout.Path, "install")).ShouldSucceed();

        (await yarn.RunAsync(checkout.Path, job, "npm", "publish")).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync(package));
    }

    // A lock file of its own makes the folder a project, whatever lies above it.
    private static void Configure(string folder, string settings)
    {
        File.WriteAllText(Path.Combine(folder, "yarn.lock"), "");
        File.WriteAllText(
            Path.Combine(folder, ".yarnrc.yml"),
            settings + "\nnodeLinker: node-modules\nenableTelemetry: false\nhttpRetry: 0\nunsafeHttpWhitelist: [localhost, 127.0.0.1]\n");
    }
}
