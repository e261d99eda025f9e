using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Trust;

/// <summary>npm 12 asks for a token of its own when a job moves a tag.</summary>
public sealed class DistTagTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_job_tags_what_it_published()
    {
        var claims = Claims("octo-org/tags-own", run: "7001");
        await World.PublishedOnceAsync("@acme/tags-own", claims);

        var tag = await TagAsync("@acme/tags-own", claims, "add", "@acme/tags-own@1.0.0", "stable");

        tag.ShouldSucceed();
        Assert.Contains("stable", (await TagAsync("@acme/tags-own", claims, "ls", "@acme/tags-own")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_publishes_lets_another_run_tag_nothing()
    {
        await World.PublishedOnceAsync("@acme/tags-other", Claims("octo-org/tags-other", run: "7002"));

        var tag = await TagAsync("@acme/tags-other", Claims("octo-org/tags-other", run: "7003"), "add", "@acme/tags-other@1.0.0", "stable");

        Assert.NotEqual(0, tag.ExitCode);
        Assert.Contains("own-versions-only", tag.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_grants_tags_moves_them_to_any_version()
    {
        var claims = Claims("octo-org/tags-any", run: "7004");
        await World.PublishedByMemberAsync("@acme/tags-any", "1.0.0", "1.1.0");
        await World.Http.CallAsync(HttpMethod.Post, "-/assay/v1/package/@acme%2ftags-any/policies", World.AdministratorToken, new JsonObject
        {
            ["binding"] = "github",
            ["actions"] = new JsonArray("dist-tag"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/tags-any", ["workflow"] = "publish.yml" },
            ["limits"] = new JsonObject { ["distTags"] = new JsonArray("stable") },
        });

        (await TagAsync("@acme/tags-any", claims, "add", "@acme/tags-any@1.0.0", "stable")).ShouldSucceed();
        var latest = await TagAsync("@acme/tags-any", claims, "add", "@acme/tags-any@1.0.0", "latest");

        Assert.NotEqual(0, latest.ExitCode);
        Assert.Contains("tag-not-allowed", latest.Printed, StringComparison.Ordinal);
        (await TagAsync("@acme/tags-any", claims, "rm", "@acme/tags-any", "stable")).ShouldSucceed();
    }

    private async Task<Finished> TagAsync(string package, JsonObject claims, params string[] arguments)
    {
        using var npm = await PackageManager.CreateAsync(PinnedClient.Npm12, $"registry={World.Server.Url}");
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.0.0").WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, Ci.StartGithub(claims.DeepClone().AsObject()), ["dist-tag", .. arguments]);
    }

    private static JsonObject Claims(string repository, string run) => new() { ["repository"] = repository, ["run_id"] = run };
}
