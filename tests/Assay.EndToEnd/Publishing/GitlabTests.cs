using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

public sealed class GitlabTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_job_publishes_with_the_id_token_its_configuration_asks_for()
    {
        await TrustAsync("@acme/gitlab");

        var publish = await World.PublishAsync(new SamplePackage("@acme/gitlab", "1.0.0"), Job());

        publish.ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/gitlab"));
    }

    [Fact]
    public async Task One_job_publishes_two_packages_with_its_one_id_token()
    {
        await TrustAsync("@acme/gitlab-a");
        await TrustAsync("@acme/gitlab-b");
        var job = Job();

        var first = await World.PublishAsync(new SamplePackage("@acme/gitlab-a", "1.0.0"), job);
        var second = await World.PublishAsync(new SamplePackage("@acme/gitlab-b", "1.0.0"), job);

        first.ShouldSucceed();
        second.ShouldSucceed();
    }

    [Fact]
    public async Task The_jobs_token_is_of_no_use_for_a_package_it_has_published()
    {
        await TrustAsync("@acme/gitlab-replay");
        var job = Job();
        (await World.PublishAsync(new SamplePackage("@acme/gitlab-replay", "1.0.0"), job)).ShouldSucceed();

        var replay = await World.PublishAsync(new SamplePackage("@acme/gitlab-replay", "1.0.1"), job);

        replay.ShouldBeRefused("token-replayed");
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/gitlab-replay"));
    }

    [Fact]
    public async Task A_merge_request_publishes_nothing()
    {
        await TrustAsync("@acme/gitlab-merge");
        (await World.PublishAsync(new SamplePackage("@acme/gitlab-merge", "1.0.0"), Job())).ShouldSucceed();

        var publish = await World.PublishAsync(
            new SamplePackage("@acme/gitlab-merge", "1.0.1"), Job(new JsonObject { ["pipeline_source"] = "merge_request_event" }));

        publish.ShouldBeRefused("event-not-allowed");
    }

    private Task<Finished> TrustAsync(string package) =>
        World.TrustAsync("gitlab", package, "--file", ".gitlab-ci.yml", "--project", "acme/tools");

    private IReadOnlyDictionary<string, string> Job(JsonObject? claims = null)
    {
        claims ??= [];
        claims["project_path"] = "acme/tools";

        return Ci.StartGitlab(claims);
    }
}
