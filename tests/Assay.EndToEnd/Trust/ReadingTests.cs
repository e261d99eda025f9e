using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Trust;

/// <summary>A job installs private packages with its identity token alone: one request, then the stock client with what it answered.</summary>
public sealed class ReadingTests(SharedWorld shared) : EndToEndTest(shared)
{
    private const string Repository = "octo-org/reader";

    private static readonly JsonObject Job = new() { ["repository"] = Repository };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await World.OnceAsync("reading", async () =>
        {
            await World.PublishedByMemberAsync("@private/lib", "1.0.0");
            await World.Http.CallAsync(HttpMethod.Post, "-/assay/v1/policies", World.AdministratorToken, new JsonObject
            {
                ["target"] = "@private/*",
                ["binding"] = "github",
                ["actions"] = new JsonArray("read"),
                ["fields"] = new JsonObject { ["repository"] = Repository, ["workflow"] = "publish.yml" },
            });
        });
    }

    [Fact]
    public async Task Npm_installs_a_private_dependency()
    {
        using var npm = await PackageManager.CreateAsync(PinnedClient.Npm, await SettingsAsync());

        await ShouldInstallAsync(npm, "install");
    }

    [Fact]
    public async Task Pnpm_installs_a_private_dependency()
    {
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, await SettingsAsync());

        await ShouldInstallAsync(pnpm, "install", "--config.minimum-release-age=0");
    }

    [Fact]
    public async Task Yarn_installs_a_private_dependency()
    {
        using var yarn = await PackageManager.CreateAsync(PinnedClient.YarnBerry);
        using var app = App.DependingOn("@private/lib");
        app.Write("yarn.lock", "");
        app.Write(".yarnrc.yml", $"""
            npmScopes:
              private:
                npmRegistryServer: "{World.Server.Url}"
                npmAuthToken: "{await ReadTokenAsync()}"
                npmAlwaysAuth: true
            npmPreapprovedPackages: ["@private/*"]
            nodeLinker: node-modules
            enableTelemetry: false
            httpRetry: 0
            unsafeHttpWhitelist: [localhost, 127.0.0.1]
            """);

        (await yarn.RunAsync(app.Path, "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
    }

    [Fact]
    public async Task What_a_job_may_read_it_may_not_publish()
    {
        using var npm = await PackageManager.CreateAsync(PinnedClient.Npm, await SettingsAsync());
        using var checkout = new TemporaryFolder();
        new SamplePackage("@private/lib", "1.0.1").WriteTo(checkout.Path);

        var publish = await npm.RunAsync(checkout.Path, "publish");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@private/lib"));
    }

    private async Task<string> ReadTokenAsync()
    {
        var answer = await World.Http.CallAsync(
            HttpMethod.Post, "-/assay/v1/oidc/exchange", Ci.MintGithub(Job.DeepClone().AsObject()),
            new JsonObject { ["actions"] = new JsonArray("read"), ["packages"] = new JsonArray("@private/*") });

        return (string)answer["token"]!;
    }

    private async Task<string[]> SettingsAsync() =>
        ["registry=http://localhost:1/", $"@private:registry={World.Server.Url}", PackageManager.TokenLine(World.Server.Url, await ReadTokenAsync())];

    private static async Task ShouldInstallAsync(PackageManager client, params string[] command)
    {
        using var app = App.DependingOn("@private/lib");

        (await client.RunAsync(app.Path, command)).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
    }
}
