using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary>A publish that becomes a stage, in the words of each client: none may think that its version is out.</summary>
public sealed class StagedPublishTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task Npm_is_told_that_the_publish_waits()
    {
        using var npm = await World.MemberAsync();

        await ShouldWaitAsync("@acme/every-npm", npm, "publish");
    }

    [Fact]
    public async Task Pnpm_is_told_that_the_publish_waits()
    {
        using var pnpm = await ForAsync(PinnedClient.Pnpm);

        await ShouldWaitAsync("@acme/every-pnpm", pnpm, "publish", "--no-git-checks");
    }

    [Fact]
    public async Task Yarn_classic_is_told_that_the_publish_waits()
    {
        using var yarn = await ForAsync(PinnedClient.YarnClassic);

        await ShouldWaitAsync("@acme/every-classic", yarn, "publish", "--non-interactive");
    }

    [Fact]
    public async Task Bun_is_told_that_the_publish_waits()
    {
        using var bun = await ForAsync(PinnedClient.Bun);

        await ShouldWaitAsync("@acme/every-bun", bun, "publish");
    }

    [Fact]
    public async Task A_run_whose_install_script_is_new_is_told_which_stage_its_publish_waits_in()
    {
        const string package = "@acme/diverted";
        await World.Http.AddPolicyAsync(package, World.AdministratorToken, new JsonObject
        {
            ["binding"] = "github",
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/diverted", ["workflow"] = "publish.yml" },
            ["divert"] = new JsonArray("new-install-script"),
        });
        (await PublishAsync(new SamplePackage(package, "1.0.0"))).ShouldSucceed();

        var publish = await PublishAsync(new SamplePackage(package, "1.1.0") { InstallScript = "node index.js" });

        var stage = await ShouldBeStagedAsync(package, publish, World.AdministratorToken);
        Assert.Contains("runs a script when it is installed, and the version before did not", publish.Errors, StringComparison.Ordinal);
        Assert.Contains((string)stage["id"]!, publish.Errors, StringComparison.Ordinal);
        using var root = await World.AdministratorAsync();
        (await root.RunAnywhereAsync("stage", "reject", (string)stage["id"]!)).ShouldSucceed();
        (await PublishAsync(new SamplePackage(package, "1.1.0"))).ShouldSucceed();
    }

    private Task<Finished> PublishAsync(SamplePackage package) =>
        World.PublishAsync(package, Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/diverted" }));

    private async Task ShouldWaitAsync(string package, PackageManager client, params string[] publish)
    {
        await World.PublishedByMemberAsync(package, "1.0.0");
        await World.Http.CallAsync(
            HttpMethod.Put, $"-/assay/v1/package/{RegistryClient.Escape(package)}/staging", World.MemberToken, new JsonObject { ["everyPublish"] = true });
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.1.0").WriteTo(checkout.Path);

        var stage = await ShouldBeStagedAsync(package, await client.RunAsync(checkout.Path, publish), World.MemberToken);

        Assert.Equal("1.1.0", (string?)stage["version"]);
    }

    private async Task<JsonNode> ShouldBeStagedAsync(string package, Finished publish, string token)
    {
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Matches("(?i)waits? for|staged", publish.Printed);
        Assert.Equal(["1.0.0"], (await World.Http.VersionsAsync(package, token)).Select(version => version.Key));
        using var npm = await PackageManager.NpmAsync(World.Server.Url, token);
        var listed = JsonNode.Parse((await npm.RunAnywhereAsync("stage", "list", package, "--json")).ShouldSucceed().Output)!;

        return Assert.Single(listed.AsArray())!;
    }

    private Task<PackageManager> ForAsync(PinnedClient client) =>
        PackageManager.CreateAsync(client, $"registry={World.Server.Url}", PackageManager.TokenLine(World.Server.Url, World.MemberToken));
}
