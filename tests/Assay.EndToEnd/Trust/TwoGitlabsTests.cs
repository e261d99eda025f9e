using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Trust;

/// <summary>Two GitLab servers, one of them on a private address. Their projects have the same paths and the same ids.</summary>
public sealed class TwoGitlabsTests : IAsyncLifetime
{
    private World world = null!;
    private CiSimulatorHost corporate = null!;

    public async ValueTask InitializeAsync()
    {
        world = await World.StartAsync();
        corporate = await CiSimulatorHost.StartAsync();
        (await world.Server.AdminAsync(
            input: null,
            [
                "issuer", "add", "corp-gitlab", "--provider", "gitlab", "--issuer", corporate.Gitlab.OriginalString, "--insecure-http",
                "--allow-address", "127.0.0.0/8", "--names", "*", "--const", $"config_host={corporate.GitlabConfigHost}",
            ])).ShouldSucceed();
    }

    public async ValueTask DisposeAsync()
    {
        await corporate.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Each_package_trusts_one_and_npm_trust_cannot_say_which()
    {
        await PolicyAsync("@acme/here", "gitlab");
        await PolicyAsync("@acme/there", "corp-gitlab");

        (await PublishAsync("@acme/here", "1.0.0", world.Ci)).ShouldSucceed();
        (await PublishAsync("@acme/there", "1.0.0", corporate)).ShouldSucceed();
        (await PublishAsync("@acme/here", "1.0.1", corporate)).ShouldBeRefused("no-matching-policy");
        (await PublishAsync("@acme/there", "1.0.1", world.Ci)).ShouldBeRefused("no-matching-policy");
        Assert.Equal(["1.0.0"], await world.VersionsAsync("@acme/here"));
        Assert.Equal(["1.0.0"], await world.VersionsAsync("@acme/there"));

        using var npm = await world.AdministratorAsync();
        var trust = await npm.RunAnywhereAsync(
            "trust", "gitlab", "@acme/either", "--file", ".gitlab-ci.yml", "--project", "acme/tools", "--allow-publish", "--yes");
        trust.ShouldBeRefused("issuer-may-not-publish");
        Assert.Contains("corp-gitlab", trust.Errors, StringComparison.Ordinal);
        Assert.Contains($"gitlab ({world.Ci.Gitlab.OriginalString})", trust.Errors, StringComparison.Ordinal);
    }

    private Task<JsonObject> PolicyAsync(string package, string binding) => world.Http.CallAsync(
        HttpMethod.Post, $"-/assay/v1/package/{RegistryClient.Escape(package)}/policies", world.AdministratorToken, new JsonObject
        {
            ["binding"] = binding,
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["project"] = "acme/tools", ["configPath"] = ".gitlab-ci.yml" },
        });

    private Task<Finished> PublishAsync(string package, string version, CiSimulatorHost ci) =>
        world.PublishAsync(new SamplePackage(package, version), ci.StartGitlab(new JsonObject { ["project_path"] = "acme/tools" }));
}
