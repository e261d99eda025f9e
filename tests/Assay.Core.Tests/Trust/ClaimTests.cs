using System.Text.Json.Nodes;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

public sealed class ClaimTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void Verified_claims_name_project_owner_run_and_links()
    {
        var claims = github.Claims();

        Assert.Equal("74", claims.ProjectId);
        Assert.Equal("65", claims.OwnerId);
        Assert.Equal("9876543210", claims.RunId);
        Assert.Equal("https://token.actions.githubusercontent.com", claims.ProjectKey.Issuer);
        Assert.Equal("publish.yml", claims.Derived("workflow_file"));
        Assert.Equal("https://github.com/octo-org/octo-repo/actions/runs/9876543210/attempts/1", claims.Link("run"));
        Assert.Null(claims.Link("nothing"));
    }

    [Fact]
    public void The_recital_says_what_was_presented()
    {
        Assert.StartsWith(
            "repository octo-org/octo-repo, workflow publish.yml, ref refs/tags/v1.2.3, protected yes, environment none, event push",
            github.Claims().Recital,
            StringComparison.Ordinal);
        Assert.Contains("context ids a74579f1-2e7d-451e-b009-5c082ad2729e, cb32986e", Fixture.CircleCi().Claims().Recital, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recital_is_printable_and_bounded()
    {
        var recital = github.With("environment", "a\u202Eb\u00E9" + new string('c', 500)).Claims().Recital;

        Assert.Contains("environment a?b?ccc", recital, StringComparison.Ordinal);
        Assert.True(recital.Length < 600);
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("ref_protected")]
    [InlineData("head_ref")]
    public void Null_empty_and_missing_are_one_case(string claim)
    {
        var missing = github.Payload.DeepClone().AsObject();
        missing.Remove(claim);

        Assert.Null(github.With(claim, null).Claims()[claim]);
        Assert.Null(github.With(claim, "").Claims()[claim]);
        Assert.Null((github with { Payload = missing }).Claims()[claim]);
    }

    [Theory]
    [InlineData("github", "repository_id")]
    [InlineData("github", "repository_owner_id")]
    [InlineData("github", "repository")]
    [InlineData("github", "workflow_ref")]
    [InlineData("github", "job_workflow_ref")]
    [InlineData("github", "event_name")]
    [InlineData("github", "runner_environment")]
    [InlineData("gitlab", "project_id")]
    [InlineData("gitlab", "namespace_id")]
    [InlineData("gitlab", "ci_config_ref_uri")]
    [InlineData("gitlab", "ref_protected")]
    [InlineData("gitlab", "pipeline_source")]
    [InlineData("circleci", "oidc.circleci.com/org-id")]
    [InlineData("circleci", "oidc.circleci.com/project-id")]
    [InlineData("circleci", "oidc.circleci.com/vcs-origin")]
    [InlineData("circleci", "oidc.circleci.com/vcs-ref")]
    [InlineData("circleci", "oidc.circleci.com/ssh-rerun")]
    public void Required_claims_must_be_there(string provider, string claim)
    {
        var refusal = Fixture.Read(provider).With(claim, null).TokenRefusal();

        Assert.Equal(RefusalCodes.ClaimMissing, refusal.Code);
        Assert.Contains(claim, refusal.PublicText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull_request")]
    [InlineData("pull_request_target")]
    [InlineData("pull_request_review")]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("issues")]
    [InlineData("discussion")]
    [InlineData("fork")]
    [InlineData("watch")]
    [InlineData("merge_group")]
    [InlineData("Push")]
    public void Events_that_outsiders_start_never_publish(string name) =>
        Assert.Equal(RefusalCodes.EventNotAllowed, github.With("event_name", name).TokenRefusal().Code);

    [Theory]
    [InlineData("merge_request_event")]
    [InlineData("external_pull_request_event")]
    [InlineData("external")]
    [InlineData("chat")]
    [InlineData("security_orchestration_policy")]
    public void Sources_that_outsiders_start_never_publish(string name) =>
        Assert.Equal(RefusalCodes.EventNotAllowed, Fixture.GitLab().With("pipeline_source", name).TokenRefusal().Code);

    [Theory]
    [InlineData("head_ref", "patch-1")]
    [InlineData("ref", "refs/pull/7/merge")]
    public void Fork_markers_never_publish(string claim, string value) =>
        Assert.Equal(RefusalCodes.RunNotAllowed, github.With(claim, value).TokenRefusal().Code);

    [Theory]
    [InlineData("repo:octo-org@65/octo-repo:ref:refs/heads/main")]
    [InlineData("repo:octo-org@66/octo-repo@74:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65@65/octo-repo@74:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65/octo-repo@74@75:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65/octo-repo@74/x:ref:refs/heads/main")]
    [InlineData("repo:@")]
    public void Ids_inside_the_subject_must_be_those_of_the_claims(string subject) =>
        Assert.Equal(RefusalCodes.ClaimsInconsistent, github.With("sub", subject).TokenRefusal().Code);

    [Theory]
    [InlineData("anything")]
    [InlineData("repo:octo-org/octo-repo:environment:a@b")]
    public void The_subject_proves_nothing_else(string subject) => Assert.IsType<Assay.Trust.Evaluation.Decision.Granted>(github.With("sub", subject).Decide());

    [Fact]
    public void Unknown_claims_are_counted_and_unreachable()
    {
        var claims = github.With("web", "https://evil.example").With("novel", JsonValue.Create(1)).Claims();

        Assert.Equal(github.Claims().UndeclaredClaims + 2, claims.UndeclaredClaims);
        Assert.Null(claims["web"]);
        Assert.StartsWith("https://github.com/", claims.Link("project"), StringComparison.Ordinal);
    }
}
