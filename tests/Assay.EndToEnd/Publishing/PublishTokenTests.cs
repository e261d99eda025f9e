using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

/// <summary>What an exchanged token is good for: one publish of one package.</summary>
public sealed class PublishTokenTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_second_publish_with_one_token_is_refused()
    {
        var token = await ExchangedAsync("@acme/one-shot");

        var first = await PublishWithAsync(token, new SamplePackage("@acme/one-shot", "1.0.0"));
        var second = await PublishWithAsync(token, new SamplePackage("@acme/one-shot", "1.0.1"));

        first.ShouldSucceed();
        second.ShouldBeRefused("publish-token-used");
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/one-shot"));
    }

    [Fact]
    public async Task A_token_for_one_package_does_not_publish_another()
    {
        await World.TrustGithubAsync("@acme/token-b", "octo-org/token");
        var token = await ExchangedAsync("@acme/token-a");

        var publish = await PublishWithAsync(token, new SamplePackage("@acme/token-b", "1.0.0"));

        publish.ShouldBeRefused("wrong-package");
        Assert.Empty(await World.VersionsAsync("@acme/token-b"));
    }

    // npm 11 keeps the token of the first workspace for the second one when the second one's exchange fails.
    [Fact]
    public async Task Publishing_workspaces_stops_at_the_one_that_is_not_trusted_and_npm_prints_why()
    {
        await World.TrustGithubAsync("@acme/workspace-a", "octo-org/workspaces");
        using var npm = await World.JobAsync();
        using var checkout = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(checkout.Path, "package.json"), """{"name":"root","private":true,"workspaces":["a","b"]}""", TestContext.Current.CancellationToken);
        new SamplePackage("@acme/workspace-a", "1.0.0").WriteTo(checkout.Sub("a"));
        new SamplePackage("@acme/workspace-b", "1.0.0").WriteTo(checkout.Sub("b"));

        var publish = await npm.RunAsync(
            checkout.Path, Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/workspaces" }), "publish", "--workspaces");

        publish.ShouldBeRefused("no-matching-policy");
        Assert.Contains("+ @acme/workspace-a@1.0.0", publish.Output, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/workspace-a"));
        Assert.Empty(await World.VersionsAsync("@acme/workspace-b"));
    }

    [Fact]
    public async Task The_same_publish_again_as_after_a_lost_answer_succeeds_again()
    {
        var token = await ExchangedAsync("@acme/lost-answer");
        var package = new SamplePackage("@acme/lost-answer", "1.0.0");
        var tarball = package.ToTarball();

        using var first = await World.Http.PublishAsync(package, tarball, token);
        using var again = await World.Http.PublishAsync(package, tarball, token);

        Assert.True(first.IsSuccessStatusCode);
        Assert.True(again.IsSuccessStatusCode);
    }

    private async Task<string> ExchangedAsync(string package)
    {
        await World.TrustGithubAsync(package, "octo-org/token");

        return await World.Http.ExchangedAsync(package, Ci.MintGithub(new JsonObject { ["repository"] = "octo-org/token" }));
    }

    private async Task<Finished> PublishWithAsync(string token, SamplePackage package)
    {
        using var npm = await PackageManager.NpmAsync(World.Server.Url, token);
        using var checkout = new TemporaryFolder();
        package.WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, "publish");
    }
}
