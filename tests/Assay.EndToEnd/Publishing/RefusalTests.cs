using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

/// <summary>What may not publish, and that stock npm says why.</summary>
public sealed class RefusalTests(SharedWorld shared) : EndToEndTest(shared)
{
    private const string Gated = "@acme/gated";
    private const string WithEnvironment = "@acme/with-environment";

    // A stranger learns nothing about the policy (no-matching-policy); whoever is the pinned repository learns what exactly did not match.
    public static TheoryData<string, string, string> WrongRuns => new()
    {
        { Gated, """{"repository":"mallory/gated"}""", "no-matching-policy" },
        { Gated, """{"workflow_file":"evil.yml"}""", "workflow-mismatch" },
        { Gated, """{"ref":"refs/heads/evil","ref_protected":"false","event_name":"workflow_dispatch"}""", "release-gate-not-met" },
        { Gated, """{"event_name":"pull_request_target"}""", "event-not-allowed" },
        { Gated, """{"aud":"npm:packages.example.test"}""", "wrong-audience" },
        { WithEnvironment, """{"environment":"staging"}""", "environment-mismatch" },
        { WithEnvironment, """{"environment":null}""", "environment-mismatch" },
    };

    public static TheoryData<Forgery, string> Forgeries => new()
    {
        { Forgery.Expired, "token-expired" },
        { Forgery.WrongIssuer, "unknown-issuer" },
        { Forgery.UnknownKey, "unknown-key" },
        { Forgery.BadSignature, "bad-signature" },
        { Forgery.AlgNone, "algorithm-not-allowed" },
        { Forgery.Hs256PublicKey, "algorithm-not-allowed" },
    };

    [Theory]
    [MemberData(nameof(WrongRuns))]
    public async Task A_run_that_is_not_the_trusted_one_publishes_nothing_and_npm_prints_why(string package, string changes, string code)
    {
        var claims = TrustedRun(package);

        foreach (var (claim, value) in (JsonObject)JsonNode.Parse(changes)!)
        {
            claims[claim] = value?.DeepClone();
        }

        var publish = await World.PublishAsync(new SamplePackage(package, "1.0.1"), Ci.StartGithub(claims));

        publish.ShouldBeRefused(code);
        Assert.Equal(["1.0.0"], await World.VersionsAsync(package));
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_token_of_the_trusted_run_publishes_nothing_and_npm_prints_why(Forgery forgery, string code)
    {
        var publish = await World.PublishAsync(new SamplePackage(Gated, "1.0.1"), Ci.StartGithub(TrustedRun(Gated), forgery));

        publish.ShouldBeRefused(code);
        Assert.Equal(["1.0.0"], await World.VersionsAsync(Gated));
    }

    [Fact]
    public async Task After_all_refusals_the_trusted_run_still_publishes()
    {
        await World.PublishedOnceAsync("@acme/undeterred", new JsonObject { ["repository"] = "octo-org/undeterred" });
        await World.PublishAsync(new SamplePackage("@acme/undeterred", "1.0.1"), Ci.StartGithub(new JsonObject { ["repository"] = "mallory/undeterred" }));

        var publish = await World.PublishAsync(
            new SamplePackage("@acme/undeterred", "1.0.1"), Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/undeterred" }));

        publish.ShouldSucceed();
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await World.PublishedOnceAsync(Gated, TrustedRun(Gated));
        await World.PublishedOnceAsync(WithEnvironment, TrustedRun(WithEnvironment), "--env", "release");
    }

    private static JsonObject TrustedRun(string package) => package == WithEnvironment
        ? new JsonObject { ["repository"] = "octo-org/with-environment", ["environment"] = "release" }
        : new JsonObject { ["repository"] = "octo-org/gated" };
}
