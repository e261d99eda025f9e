using System.Text.Json.Nodes;
using Assay.Trust;
using Assay.Trust.Evaluation;
using Assay.Trust.Fixtures;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

public sealed class EvaluatorTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void A_pinned_policy_grants_and_learns_nothing()
    {
        var granted = github.Granted();

        Assert.Equal("policy-1", granted.Policy.Id);
        Assert.Equal(TrustActions.Publish, granted.Actions);
        Assert.Empty(granted.PinsToLearn);
        Assert.Empty(granted.Renames);
    }

    [Fact]
    public void An_unpinned_policy_grants_and_learns_every_id()
    {
        var granted = github.Unpinned().Granted();

        Assert.Equal(new Dictionary<string, string> { ["repository_id"] = "74", ["repository_owner_id"] = "65" }, granted.PinsToLearn);
        Assert.True(granted.Policy.WithPins(granted.PinsToLearn).IsPinned(github.Definition));
    }

    [Fact]
    public void A_partly_pinned_policy_must_match_its_id_and_names()
    {
        var partly = github with { Draft = github.Draft with { Pins = new Dictionary<string, string> { ["repository_id"] = "74" } } };

        Assert.Equal(2, partly.Granted().PinsToLearn.Count);
        Assert.Equal(RefusalCodes.NoMatchingPolicy, partly.With("repository_id", "75").Refused().Refusal.Code);
        Assert.Equal(RefusalCodes.NoMatchingPolicy, Renamed(partly).Refused().Refusal.Code);
    }

    [Fact]
    public void A_renamed_repository_is_granted_and_reported()
    {
        var rename = Assert.Single(Renamed(github).Granted().Renames);

        Assert.Equal(new Rename("repository", "octo-org/octo-repo", "octo-org/new-name"), rename);
    }

    [Fact]
    public void Before_pinning_a_rename_is_a_mismatch() =>
        Assert.Equal(RefusalCodes.NoMatchingPolicy, Renamed(github.Unpinned()).Refused().Refusal.Code);

    [Theory]
    [InlineData("repository_id")]
    [InlineData("repository_owner_id")]
    public void A_name_with_other_ids_is_refused_and_pointed_out(string claim)
    {
        var refused = github.With(claim, "990074").Refused();

        Assert.Equal(RefusalCodes.NoMatchingPolicy, refused.Refusal.Code);
        Assert.False(refused.IdentityMatched);
        Assert.True(Assert.Single(refused.Trials).NameHasOtherIds);
        Assert.DoesNotContain("'74'", refused.Refusal.PublicText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unpinned_policy_is_inert_after_seven_days()
    {
        var unpinned = github.Unpinned();

        Assert.IsType<Decision.Granted>((unpinned with { ArmedAt = unpinned.Now.AddDays(-7) }).Decide());
        var refused = (unpinned with { ArmedAt = unpinned.Now.AddDays(-7).AddSeconds(-1) }).Refused();
        Assert.Equal(RefusalCodes.NoMatchingPolicy, refused.Refusal.Code);
        Assert.Contains(RefusalCodes.PolicyInert, refused.Refusal.PrivateDetail, StringComparison.Ordinal);
        Assert.IsType<Decision.Granted>((github with { ArmedAt = github.Now.AddDays(-365) }).Decide());
    }

    [Fact]
    public void A_binding_bounds_whose_ids_are_learned()
    {
        var bounded = github.Unpinned() with { Binding = github.Binding with { LearnableOwners = ["66"] } };

        Assert.Contains(RefusalCodes.OwnerNotLearnable, bounded.Refused().Refusal.PrivateDetail, StringComparison.Ordinal);
        Assert.IsType<Decision.Granted>((bounded with { Binding = github.Binding with { LearnableOwners = ["65"] } }).Decide());
        Assert.IsType<Decision.Granted>((github with { Binding = bounded.Binding }).Decide());
    }

    [Fact]
    public void One_policy_alone_must_be_satisfied()
    {
        var environment = github.WithField("environment", "release").Policy("a");
        var file = github.WithField("workflow", "other.yml").Policy("b");

        Assert.IsType<Decision.Refused>(github.Decide([environment, file]));
        Assert.Equal("c", Assert.IsType<Decision.Granted>(github.Decide([environment, file, github.Policy("c")])).Policy.Id);
    }

    [Fact]
    public void Of_two_policies_the_one_that_publishes_is_taken_then_the_lower_id()
    {
        var stage = (github with { Draft = github.Draft with { Actions = TrustActions.Stage } }).Policy("a");

        Assert.Equal("b", Assert.IsType<Decision.Granted>(github.Decide([stage, github.Policy("c"), github.Policy("b")])).Policy.Id);
    }

    [Fact]
    public void Policies_of_other_packages_and_bindings_are_passed_over()
    {
        var otherPackage = (github with { Draft = github.Draft with { Target = Fixture.Pattern("@acme/y") } }).Policy();
        var otherBinding = (github with { Draft = github.Draft with { BindingId = "ghes" } }).Policy();

        Assert.Empty(Assert.IsType<Decision.Refused>(github.Decide([otherPackage, otherBinding])).Trials);
    }

    [Fact]
    public void A_policy_for_another_provider_is_passed_over_although_the_binding_has_its_name()
    {
        var gitlab = Fixture.GitLab();
        var policy = (gitlab with { Draft = gitlab.Draft with { BindingId = github.Binding.Id } }).Policy();

        Assert.Empty(Assert.IsType<Decision.Refused>(github.Decide([policy])).Trials);
    }

    [Fact]
    public void A_binding_that_may_not_publish_the_name_grants_nothing()
    {
        var bound = github with { Binding = Fixture.Bind("github", github.Binding.Issuer, null, "@other/*") };

        Assert.Equal(RefusalCodes.NoMatchingPolicy, bound.Refused().Refusal.Code);
        Assert.Contains(RefusalCodes.IssuerMayNotPublish, bound.Refused().Refusal.PrivateDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_grants_its_own_actions_only()
    {
        var decision = PolicyEvaluator.Evaluate(github.Question(TrustActions.Read), new PolicySet([github.Policy()]), github.Claims());

        Assert.Equal(RefusalCodes.ActionNotGranted, Assert.IsType<Decision.Refused>(decision).Refusal.Code);
    }

    [Fact]
    public void A_pull_request_reads_where_a_policy_that_only_reads_lists_it_and_never_writes()
    {
        var pull = github.WithField("events", "pull_request") with { Payload = PullRequest() };
        var read = (pull with { Draft = pull.Draft with { Actions = TrustActions.Read } }).Policy();

        Assert.IsType<Decision.Granted>(PolicyEvaluator.Evaluate(pull.Question(TrustActions.Read), new PolicySet([read]), pull.Claims()));
        var refused = Assert.IsType<Decision.Refused>(pull.Decide([github.Policy()]));
        Assert.Equal(RefusalCodes.EventNotAllowed, refused.Refusal.Code);
        Assert.Contains("Pull requests never publish", refused.Refusal.PublicText, StringComparison.Ordinal);
        Assert.False(TrustPolicy.TryCreate(pull.Definition, pull.Draft, new PolicyLife("p", pull.Now), out _, out var problems));
        Assert.Contains("'pull_request'", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_never_writes_does_not_write_by_asking_to_read_as_well()
    {
        var pull = github with { Payload = PullRequest() };
        var policy = (github with { Draft = github.Draft with { Actions = TrustActions.Read | TrustActions.Publish } }).Policy();

        var refused = Assert.IsType<Decision.Refused>(
            PolicyEvaluator.Evaluate(pull.Question(TrustActions.Read | TrustActions.Publish), new PolicySet([policy]), pull.Claims()));

        Assert.Contains("Pull requests never publish", refused.Refusal.PublicText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_never_writes_is_known_only_where_its_ids_are()
    {
        var pull = github with { Payload = PullRequest() };

        Assert.True(Assert.IsType<Decision.Refused>(pull.Decide([github.Policy()])).IdentityMatched);
        Assert.False(Assert.IsType<Decision.Refused>(pull.Decide([github.Unpinned().Policy()])).IdentityMatched);
        Assert.False(Assert.IsType<Decision.Refused>(pull.Decide([])).IdentityMatched);
    }

    [Theory]
    [InlineData("github", "Settings > Rules > Rulesets")]
    [InlineData("gitlab", "Settings > Repository > Protected tags")]
    public void An_unprotected_ref_gets_the_exact_remedy(string provider, string remedy)
    {
        var refused = Fixture.Read(provider).With("ref_protected", "false").Refused();

        Assert.Equal(RefusalCodes.ReleaseGateNotMet, refused.Refusal.Code);
        Assert.True(refused.IdentityMatched);
        Assert.Contains("ref_protected is 'false', expected 'true'", refused.Refusal.PublicText, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Refusal.PublicText, StringComparison.Ordinal);
        Assert.Equal(refused.Refusal.PublicText, Notice.From(refused.Refusal.PublicText));
    }

    [Fact]
    public void After_the_identity_matched_the_text_is_exact()
    {
        var refused = github.WithField("environment", "release").With("environment", "staging").Refused();

        Assert.Equal(RefusalCodes.EnvironmentMismatch, refused.Refusal.Code);
        Assert.StartsWith(
            "Trusted publishing refused for @acme/x: environment is 'staging', expected 'release'.", refused.Refusal.PublicText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exact_text_is_of_the_nearest_policy_whose_identity_matched()
    {
        var far = github.WithField("workflow", "other.yml").WithField("environment", "release").Policy("a");
        var near = github.WithField("runner", "self-hosted").Policy("b");
        var strange = (github with { Draft = github.Draft with { Pins = new Dictionary<string, string> { ["repository_id"] = "1", ["repository_owner_id"] = "2" } } }).Policy("c");

        Assert.Equal(RefusalCodes.RunnerMismatch, Assert.IsType<Decision.Refused>(github.Decide([strange, far, near])).Refusal.Code);
    }

    [Fact]
    public void The_comparison_is_field_by_field()
    {
        var trial = Assert.Single(github.With("runner_environment", "self-hosted").WithField("runner", "github-hosted").Refused().Trials);

        Assert.Equal(
            ["identity", "identity", "last use", "repository", "workflow", "callee", "events", "runner", "gate", "actions"],
            trial.Comparisons.Select(comparison => comparison.Field));
        var runner = trial.Comparisons.Single(comparison => !comparison.Matched);
        Assert.Equal(("runner_environment", "'github-hosted'", "self-hosted"), (runner.Claim, runner.Expected, runner.Actual));
    }

    [Fact]
    public void A_replay_is_of_one_token_for_one_package_and_class()
    {
        var key = ReplayKey.Of(github.Claims(), "@acme/x", ActionClass.Publish);

        Assert.Equal(key, ReplayKey.Of(github.Claims(), "@acme/x", ActionClass.Publish));
        Assert.NotEqual(key, ReplayKey.Of(github.Claims(), "@acme/y", ActionClass.Publish));
        Assert.NotEqual(key, ReplayKey.Of(github.Claims(), "@acme/x", ActionClass.Tags));
        Assert.NotEqual(key, key with { Issuer = "https://token.actions.corp.ghe.com" });
        Assert.Equal("https://token.actions.githubusercontent.com", key.Issuer);
    }

    [Theory]
    [InlineData(TrustActions.Publish, ActionClass.Publish)]
    [InlineData(TrustActions.Stage, ActionClass.Publish)]
    [InlineData(TrustActions.Stage | TrustActions.DistTag, ActionClass.Publish)]
    [InlineData(TrustActions.DistTag, ActionClass.Tags)]
    [InlineData(TrustActions.Unpublish, ActionClass.Tags)]
    [InlineData(TrustActions.Read, ActionClass.Read)]
    [InlineData(TrustActions.Read | TrustActions.DistTag, ActionClass.Tags)]
    [InlineData(TrustActions.Read | TrustActions.Publish, ActionClass.Publish)]
    public void Reading_alone_leaves_a_token_its_uses_for_writing(TrustActions actions, ActionClass expected) =>
        Assert.Equal(expected, actions.Class());

    private JsonObject PullRequest() => MergePatch.Apply(github.Payload, new JsonObject
    {
        ["event_name"] = "pull_request",
        ["ref"] = "refs/pull/7/merge",
        ["ref_type"] = "branch",
        ["head_ref"] = "patch-1",
        ["base_ref"] = "main",
        ["workflow_ref"] = "octo-org/octo-repo/.github/workflows/publish.yml@refs/pull/7/merge",
        ["job_workflow_ref"] = "octo-org/octo-repo/.github/workflows/publish.yml@refs/pull/7/merge",
    });

    private static Fixture Renamed(Fixture fixture) => fixture
        .With("repository", "octo-org/new-name")
        .With("workflow_ref", "octo-org/new-name/.github/workflows/publish.yml@refs/tags/v1.2.3")
        .With("job_workflow_ref", "octo-org/new-name/.github/workflows/publish.yml@refs/tags/v1.2.3");
}
