using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Proxy;

/// <summary>Behind a real nginx with TLS, at the root of its host and below a path: every client installs and publishes, and publishes without a token where it can.</summary>
public sealed class NginxTests : IAsyncDisposable
{
    private World world = null!;
    private Nginx nginx = null!;

    private static readonly JsonObject Claims = new() { ["repository"] = "octo-org/behind-nginx" };

    [Theory]
    [InlineData("/")]
    [InlineData("/npm/")]
    public async Task Every_client_installs_and_publishes_through_it(string path)
    {
        await StartAsync(path);

        foreach (var client in new[] { PinnedClient.Npm, PinnedClient.Npm12, PinnedClient.Pnpm, PinnedClient.YarnClassic, PinnedClient.YarnBerry, PinnedClient.Bun })
        {
            var package = $"@acme/by-{client.Name.Split('/')[^1]}-{client.Version.Replace('.', '-')}";
            (await PublishAsync(client, package, new Dictionary<string, string>(), world.MemberToken)).ShouldSucceed();
            await InstallAsync(client, package);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/npm/")]
    public async Task Jobs_publish_through_it_without_a_token(string path)
    {
        await StartAsync(path);

        foreach (var client in new[] { PinnedClient.Npm, PinnedClient.Npm12, PinnedClient.Pnpm, PinnedClient.YarnBerry })
        {
            var package = $"@acme/from-{client.Name.Split('/')[^1]}-{client.Version.Replace('.', '-')}";
            await world.TrustGithubAsync(package, "octo-org/behind-nginx");
            (await PublishAsync(client, package, world.Ci.StartGithub(Claims.DeepClone().AsObject()), token: null)).ShouldSucceed();
            Assert.Equal(["1.0.0"], await world.VersionsAsync(package));
        }
    }

    public async ValueTask DisposeAsync()
    {
        nginx?.Dispose();

        if (world is not null)
        {
            await world.DisposeAsync();
        }
    }

    private async Task StartAsync(string path)
    {
        nginx = new Nginx(path);
        world = await World.StartAtAsync(path, $"--Assay:PublicUrl={nginx.Url}", "--Assay:TrustedProxies:0=127.0.0.1");
        await nginx.StartAsync(world.Server.Url);
    }

    private async Task<Finished> PublishAsync(PinnedClient client, string package, IReadOnlyDictionary<string, string> job, string? token)
    {
        using var manager = await ManagerAsync(client, token);
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.0.0").WriteTo(checkout.Path);
        Configure(client, checkout.Path, token);
        var trusting = Trusting(job);

        if (client == PinnedClient.YarnBerry)
        {
            (await manager.RunAsync(checkout.Path, trusting, "install", "--no-immutable")).ShouldSucceed();
        }

        string[] arguments = client.Name switch
        {
            "pnpm" => ["publish", "--no-git-checks"],
            "yarn" => ["publish", "--non-interactive", "--no-git-tag-version"],
            "@yarnpkg/cli-dist" => ["npm", "publish"],
            _ => ["publish"],
        };

        return await manager.RunAsync(checkout.Path, trusting, arguments);
    }

    private async Task InstallAsync(PinnedClient client, string package)
    {
        using var manager = await ManagerAsync(client, world.MemberToken);
        using var app = App.DependingOn(package);
        Configure(client, app.Path, world.MemberToken);

        (await manager.RunAsync(app.Path, Trusting(new Dictionary<string, string>()), "install")).ShouldSucceed();

        await app.ShouldRunAsync("1.0.0");
    }

    private Task<PackageManager> ManagerAsync(PinnedClient client, string? token) => PackageManager.CreateAsync(client,
    [
        $"registry={nginx.Url}",
        .. token is null ? [] : new[] { PackageManager.TokenLine(nginx.Url, token), "always-auth=true" },
    ]);

    /// <summary>Node's way of trusting an authority, which Bun knows too; and OpenSSL's, which pnpm's own program wants.</summary>
    private Dictionary<string, string> Trusting(IReadOnlyDictionary<string, string> job) =>
        new(job) { ["NODE_EXTRA_CA_CERTS"] = nginx.AuthorityFile, ["SSL_CERT_FILE"] = nginx.AuthorityFile };

    private void Configure(PinnedClient client, string folder, string? token)
    {
        if (client == PinnedClient.YarnClassic)
        {
            // Its publish trusts no authority of one's own, however one names it.
            File.WriteAllText(Path.Combine(folder, ".yarnrc"), "strict-ssl false\n");
        }

        if (client != PinnedClient.YarnBerry)
        {
            return;
        }

        File.WriteAllText(Path.Combine(folder, "yarn.lock"), "");
        File.WriteAllText(Path.Combine(folder, ".yarnrc.yml"), $"""
            npmRegistryServer: "{nginx.Url}"
            {(token is null ? "" : $"npmAuthToken: {token}\nnpmAlwaysAuth: true")}
            npmPreapprovedPackages: ["@acme/*"]
            httpsCaFilePath: {nginx.AuthorityFile}
            nodeLinker: node-modules
            enableTelemetry: false
            httpRetry: 0
            unsafeHttpWhitelist: [localhost, 127.0.0.1]
            """ + "\n");
    }
}
