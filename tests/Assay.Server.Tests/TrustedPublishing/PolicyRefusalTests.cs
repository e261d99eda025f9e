using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>An honest token of a run that the policy does not mean. Once its ids are known, the project is told exactly what differs.</summary>
public sealed class PolicyRefusalTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    private const string Gated = TrustWorld.Package;
    private const string WithEnvironment = SharedTrustWorld.WithEnvironment;

    public static TheoryData<string, string, string> WrongRuns => new()
    {
        { Gated, """{"repository":"mallory/octo-repo"}""", "no-matching-policy" },
        { Gated, """{"repository_owner_id":"66"}""", "no-matching-policy" },
        { Gated, """{"workflow_file":"evil.yml"}""", "workflow-mismatch" },
        { Gated, """{"workflow_file":"Publish.yml"}""", "workflow-mismatch" },
        { Gated, """{"job_workflow_ref":"mallory/shared/.github/workflows/publish.yml@refs/heads/main"}""", "callee-not-allowed" },
        { Gated, """{"ref":"refs/heads/evil","ref_protected":"false","event_name":"workflow_dispatch"}""", "release-gate-not-met" },
        { Gated, """{"ref_protected":"false"}""", "release-gate-not-met" },
        { Gated, """{"ref_protected":null}""", "release-gate-not-met" },
        { Gated, """{"event_name":"pull_request_target"}""", "event-not-allowed" },
        { Gated, """{"event_name":"pull_request_target","ref":"refs/heads/main","head_ref":"","ref_protected":"true"}""", "event-not-allowed" },
        { Gated, """{"event_name":"pull_request"}""", "event-not-allowed" },
        { Gated, """{"event_name":"workflow_run"}""", "event-not-allowed" },
        { Gated, """{"event_name":"issue_comment"}""", "event-not-allowed" },
        { Gated, """{"event_name":"schedule"}""", "event-not-allowed" },
        { Gated, """{"ref":"refs/pull/7/merge","ref_protected":"true"}""", "run-not-allowed" },
        { Gated, """{"head_ref":"patch-1"}""", "run-not-allowed" },
        { WithEnvironment, """{"environment":"staging"}""", "environment-mismatch" },
        { WithEnvironment, """{"environment":null}""", "environment-mismatch" },
    };

    [Theory]
    [MemberData(nameof(WrongRuns))]
    public async Task A_run_that_the_policy_does_not_mean_is_refused(string package, string changes, string code)
    {
        using var answer = await shared.World.ExchangeAsync(Token(package, changes), package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
        Assert.Equal(["1.0.0"], await shared.World.VersionsAsync(package));
    }

    [Theory]
    [InlineData(Gated, """{"workflow_file":"evil.yml"}""", "workflow_file is 'evil.yml', expected 'publish.yml'")]
    [InlineData(Gated, """{"ref_protected":"false"}""", "ref_protected is 'false', expected 'true'")]
    [InlineData(Gated, """{"ref_protected":"false"}""", "Protect it at GitHub: Settings > Rules > Rulesets > New tag (or branch) ruleset")]
    [InlineData(WithEnvironment, """{"environment":"staging"}""", "environment is 'staging', expected 'release'")]
    [InlineData(WithEnvironment, """{"environment":null}""", "environment is absent, expected 'release'")]
    public async Task The_pinned_project_is_told_what_differs_and_what_to_change(string package, string changes, string says)
    {
        using var answer = await shared.World.ExchangeAsync(Token(package, changes), package);

        Assert.Contains(says, (string)(await answer.JsonAsync())["error"]!, StringComparison.Ordinal);
        Assert.Contains(says, answer.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_told_what_they_presented_and_nothing_of_the_policy()
    {
        using var answer = await shared.World.ExchangeAsync(
            Token(Gated, """{"repository":"mallory/fork","repository_id":"1","workflow_file":"theirs.yml"}"""));

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        Assert.Contains("repository mallory/fork", text, StringComparison.Ordinal);
        Assert.Contains("workflow theirs.yml", text, StringComparison.Ordinal);
        Assert.DoesNotContain("octo-org", text, StringComparison.Ordinal);
        Assert.DoesNotContain("publish.yml", text, StringComparison.Ordinal);
    }

    // Before the ids are known, anybody may have taken the name.
    [Fact]
    public async Task Before_its_ids_are_known_the_project_is_told_no_more_than_a_stranger()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));

        Assert.DoesNotContain("publish.yml", await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::error::x", "no-matching-policy")]
    [InlineData("%0A::set-output name=x::y", "no-matching-policy")]
    [InlineData("\u202etxt.exe \u0410dmin", "no-matching-policy")]
    [InlineData("x\r\nset-cookie: a=b", "claim-malformed")]
    [InlineData("\u001b[31mred", "claim-malformed")]
    public async Task Values_from_the_token_cannot_command_the_log_that_prints_them(string environment, string code)
    {
        var token = shared.World.Github(new JsonObject { ["repository"] = "mallory/fork", ["environment"] = environment });

        using var answer = await shared.World.ExchangeAsync(token);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
        Assert.False(answer.Headers.Contains("set-cookie"));
    }

    // The code is what scripts and people look for; it must survive when the text is cut.
    [Fact]
    public async Task Long_values_do_not_push_the_code_out_of_the_notice()
    {
        var branch = "refs/heads/" + new string('b', 200);
        var claims = new JsonObject
        {
            ["repository"] = $"{new string('o', 39)}/{new string('r', 100)}",
            ["workflow_file"] = new string('w', 96) + ".yml",
            ["ref"] = branch,
            ["environment"] = new string('e', 250),
            ["job_workflow_ref"] = $"{new string('s', 39)}/{new string('t', 100)}/.github/workflows/{new string('u', 100)}.yml@{branch}",
            ["runner_environment"] = new string('h', 120),
        };
        var package = "@acme/" + new string('p', 200);

        using var answer = await shared.World.ExchangeAsync(shared.World.Github(claims), package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Theory]
    [InlineData("""{"ref_protected":"false"}""", "release-gate-not-met")]
    [InlineData("""{"pipeline_source":"merge_request_event"}""", "event-not-allowed")]
    [InlineData("""{"pipeline_source":"schedule"}""", "event-not-allowed")]
    [InlineData("""{"config_path":"other.yml"}""", "workflow-mismatch")]
    [InlineData("""{"job_project_id":"1"}""", "claims-inconsistent")]
    [InlineData("""{"job_source":"pipeline_execution_policy"}""", "run-not-allowed")]
    [InlineData("""{"project_path":"mallory/hello-world"}""", "no-matching-policy")]
    public async Task A_gitlab_job_that_the_policy_does_not_mean_is_refused(string changes, string code)
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(Gated, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await (await world.PublishAsync(await world.ExchangedAsync(world.Ci.MintGitlab()), "1.0.0")).ShouldBeCreatedAsync();

        using var answer = await world.ExchangeAsync(world.Ci.MintGitlab(JsonNode.Parse(changes)!.AsObject()));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
    }

    [Fact]
    public async Task A_protected_environment_stands_in_for_a_protected_ref_where_gitlab_says_so()
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(Gated, TrustRequest.Gitlab("production"))).ShouldBeCreatedAsync();
        var claims = new JsonObject { ["environment"] = "production", ["ref_protected"] = "false", ["environment_protected"] = "false" };

        using var unprotected = await world.ExchangeAsync(world.Ci.MintGitlab(claims));
        claims["environment_protected"] = "true";
        using var isProtected = await world.ExchangeAsync(world.Ci.MintGitlab(claims));

        await unprotected.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await isProtected.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("""{"oidc.circleci.com/ssh-rerun":true}""", "run-not-allowed")]
    [InlineData("""{"oidc.circleci.com/vcs-ref":"refs/pull/7/head"}""", "run-not-allowed")]
    [InlineData("""{"oidc.circleci.com/context-ids":["cb32986e-2f6f-4f43-b2bd-d3c2fd98e903"]}""", "context-mismatch")]
    [InlineData("""{"oidc.circleci.com/context-ids":null}""", "context-mismatch")]
    [InlineData("""{"oidc.circleci.com/pipeline-definition-id":"00000000-1802-5aeb-874e-7f4dfce1b6b5"}""", "pipeline-mismatch")]
    [InlineData("""{"oidc.circleci.com/vcs-origin":"github.com/mallory/widget"}""", "repository-mismatch")]
    [InlineData("""{"oidc.circleci.com/project-id":"00000000-eaa7-4cce-9441-37810f7c8452"}""", "no-matching-policy")]
    public async Task A_circleci_job_that_the_policy_does_not_mean_is_refused(string changes, string code)
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(Gated, TrustRequest.Circleci(TrustRequest.Context))).ShouldBeCreatedAsync();

        using var answer = await world.ExchangeAsync(world.Ci.MintCircleci(JsonNode.Parse(changes)!.AsObject()));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
    }

    [Fact]
    public async Task A_policy_that_waited_too_long_for_its_first_success_is_inert()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        world.App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        using var answer = await world.ExchangeAsync(world.Github());

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task A_policy_whose_ids_are_known_does_not_grow_old()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        world.App.Clock.Advance(TimeSpan.FromDays(25));

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    [Fact]
    public async Task A_policy_that_only_stages_publishes_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        var request = TrustRequest.Github();
        request["permissions"] = new JsonArray("createStagedPackage");
        await (await world.TrustAsync(Gated, request)).ShouldBeCreatedAsync();
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.PublishAsync(token, "1.0.0");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
        Assert.Empty(await world.VersionsAsync());
    }

    private string Token(string package, string changes)
    {
        var claims = package == WithEnvironment ? new JsonObject { ["environment"] = "release" } : [];
        foreach (var (claim, value) in JsonNode.Parse(changes)!.AsObject())
        {
            claims[claim] = value?.DeepClone();
        }
        return shared.World.Github(claims);
    }
}
