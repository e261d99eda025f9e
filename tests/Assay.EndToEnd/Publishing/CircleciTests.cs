using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

public sealed class CircleciTests(SharedWorld shared) : EndToEndTest(shared)
{
    private const string Context = "a74579f1-2e7d-451e-b009-5c082ad2729e";

    [Fact]
    public async Task A_job_in_the_named_context_publishes()
    {
        await TrustAsync("@acme/circleci");

        var publish = await World.PublishAsync(new SamplePackage("@acme/circleci", "1.0.0"), Ci.StartCircleci());

        publish.ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/circleci"));
    }

    [Fact]
    public async Task A_job_outside_the_context_is_refused()
    {
        await TrustAsync("@acme/circleci-context");
        (await World.PublishAsync(new SamplePackage("@acme/circleci-context", "1.0.0"), Ci.StartCircleci())).ShouldSucceed();

        var publish = await World.PublishAsync(
            new SamplePackage("@acme/circleci-context", "1.0.1"),
            Ci.StartCircleci(new JsonObject { ["oidc.circleci.com/context-ids"] = new JsonArray() }));

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/circleci-context"));
    }

    [Fact]
    public async Task The_ready_made_token_of_the_organisation_is_for_somebody_else()
    {
        await TrustAsync("@acme/circleci-ready");
        var job = new Dictionary<string, string>(Ci.StartCircleci());
        job["NPM_ID_TOKEN"] = job["CIRCLE_OIDC_TOKEN_V2"];

        var publish = await World.PublishAsync(new SamplePackage("@acme/circleci-ready", "1.0.0"), job);

        publish.ShouldBeRefused("wrong-audience");
    }

    private Task<Finished> TrustAsync(string package) => World.TrustAsync(
        "circleci", package,
        "--org-id", "a64b0a19-f221-4291-b000-8d24bd842b72",
        "--project-id", "5a301f56-eaa7-4cce-9441-37810f7c8452",
        "--pipeline-definition-id", "17c50866-1802-5aeb-874e-7f4dfce1b6b5",
        "--vcs-origin", "github.com/acme/widget",
        "--context-id", Context);
}
