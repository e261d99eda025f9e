using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

public sealed class PolicyTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void Defaults_are_written_into_the_policy()
    {
        var policy = github.Policy();

        Assert.Equal(["push", "release", "workflow_dispatch"], policy.Fields["events"]);
        Assert.Equal(["same-repository"], policy.Fields["callee"]);
        Assert.Equal([".gitlab-ci.yml"], Fixture.GitLab().Policy().Fields["configPath"]);
        Assert.IsType<Gate.Proved>(policy.Gate);
    }

    [Theory]
    [InlineData("workflow", "publish")]
    [InlineData("workflow", ".github/workflows/publish.yml")]
    [InlineData("workflow", ".yml")]
    [InlineData("workflow", "../publish.yml")]
    [InlineData("workflow", "")]
    [InlineData("repository", "octo-repo")]
    [InlineData("repository", "octo-org/octo-repo/x")]
    [InlineData("repository", "octo-org/..")]
    [InlineData("repository", "octo-org/octo-rep\u00F6")]
    [InlineData("repository", "octo-org/*")]
    [InlineData("events", "pull_request_target")]
    [InlineData("events", "workflow_run")]
    [InlineData("runner", "my-runner")]
    [InlineData("ref", "main")]
    [InlineData("ref", "**")]
    [InlineData("ref", "refs/tags/v{tag}")]
    [InlineData("callee", "octo-org/shared/.github/workflows/npm.yml@refs/tags/{version}")]
    [InlineData("ref", "refs/tags/*-*-*-*-*")]
    [InlineData("callee", "octo-org/shared/.github/workflows/npm.yml")]
    [InlineData("callee", "octo-org/*/.github/workflows/npm.yml@refs/tags/v1")]
    [InlineData("callee", "octo-org/shared/.github/workflows/npm.yml@**")]
    [InlineData("colour", "red")]
    public void A_wrong_value_is_explained(string field, string value)
    {
        Assert.False(TryCreate(github.WithField(field, value), out var problems));
        Assert.Contains(field, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repository", "--repository")]
    [InlineData("workflow", "--file")]
    public void A_required_field_is_asked_for_by_its_option(string field, string option)
    {
        Assert.False(TryCreate(github.WithField(field), out var problems));
        Assert.Contains(option, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_sets_take_several_values()
    {
        Assert.False(TryCreate(github.WithField("environment", "release", "staging"), out _));
        Assert.True(TryCreate(github.WithField("ref", "refs/tags/v*", "refs/heads/main"), out _));
    }

    [Theory]
    [InlineData("repository_id", "x")]
    [InlineData("repository_id", "074")]
    [InlineData("repository_id", "")]
    [InlineData("actor_id", "12")]
    public void Ids_have_the_providers_form(string claim, string value)
    {
        var draft = github.Draft with { Pins = new Dictionary<string, string> { [claim] = value } };

        Assert.False(TryCreate(github with { Draft = draft }, out _));
    }

    [Fact]
    public void Circleci_wants_its_ids_at_creation()
    {
        Assert.False(TryCreate(Fixture.CircleCi().Unpinned(), out var problems));
        Assert.Equal(2, problems.Count);
        Assert.False(TryCreate(Fixture.CircleCi().WithField("pipelineDefinition", "not-a-uuid"), out _));
        Assert.False(TryCreate(Fixture.CircleCi().WithField("contexts", "release"), out _));
    }

    [Fact]
    public void Circleci_without_a_gate_is_told_what_to_add()
    {
        Assert.False(TryCreate(Fixture.CircleCi().WithField("contexts"), out var problems));
        Assert.Contains("--context-id", Assert.Single(problems), StringComparison.Ordinal);
        Assert.False(TryCreate(Fixture.CircleCi().WithField("contexts").WithField("ref", "refs/tags/v*"), out _));
    }

    [Fact]
    public void A_provider_without_a_protection_claim_cannot_prove()
    {
        var circleci = Fixture.CircleCi();

        Assert.False(TryCreate(circleci with { Draft = circleci.Draft with { Gate = new Gate.Proved() } }, out var problems));
        Assert.Contains("--context-id", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Naming_an_environment_or_contexts_declares_the_gate()
    {
        Assert.Equal(new Gate.Declared(["environment"]), github.WithField("environment", "release").Policy().Gate);
        Assert.Equal(new Gate.Declared(["contexts"]), Fixture.CircleCi().Policy().Gate);
        Assert.IsType<Gate.Proved>(github.WithField("ref", "refs/tags/v*").Policy().Gate);
        Assert.IsType<Gate.Proved>(Fixture.GitLab().WithField("environment", "production").Policy().Gate);
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("workflow")]
    [InlineData("events")]
    public void A_gate_is_declared_only_by_a_named_field_that_can_guard(string field)
    {
        Assert.False(TryCreate(github with { Draft = github.Draft with { Gate = new Gate.Declared([field]) } }, out _));
        Assert.False(TryCreate(github with { Draft = github.Draft with { Gate = new Gate.Declared([]) } }, out _));
    }

    [Theory]
    [InlineData(TrustActions.Publish, false)]
    [InlineData(TrustActions.Stage | TrustActions.DistTag, false)]
    [InlineData(TrustActions.Stage, true)]
    [InlineData(TrustActions.None, false)]
    public void Without_a_gate_a_policy_grants_stage_only(TrustActions actions, bool accepted) =>
        Assert.Equal(accepted, TryCreate(github with { Draft = github.Draft with { Gate = new Gate.Any(), Actions = actions } }, out _));

    [Fact]
    public void Reading_beside_writing_needs_a_gate_like_any_writing()
    {
        var both = github with { Draft = github.Draft with { Actions = TrustActions.Read | TrustActions.Stage } };

        Assert.IsType<Gate.Proved>(both.Policy().Gate);
        Assert.IsType<Gate.Any>((github with { Draft = github.Draft with { Actions = TrustActions.Read } }).Policy().Gate);
    }

    [Fact]
    public void What_only_reads_may_list_is_not_for_a_policy_that_also_writes()
    {
        var pull = github.WithField("events", "pull_request");

        Assert.True(TryCreate(pull with { Draft = pull.Draft with { Actions = TrustActions.Read } }, out _));
        Assert.False(TryCreate(pull with { Draft = pull.Draft with { Actions = TrustActions.Read | TrustActions.Publish } }, out _));
    }

    [Fact]
    public void A_policy_that_allows_never_speaks_of_everything()
    {
        Assert.False(TryCreate(github with { Draft = github.Draft with { Target = NamePattern.Everything } }, out var problems));
        Assert.Contains("a scope", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deny_holds_no_ids_no_gate_and_no_limits()
    {
        var deny = new PolicyDraft { Effect = PolicyEffect.Deny, Target = NamePattern.Everything, BindingId = github.Binding.Id, Actions = TrustActions.Publish };
        Assert.True(PublishLimits.TryCreate("^1", [], null, null, out var limits, out _));

        Assert.True(TryCreate(github with { Draft = deny }, out _));
        Assert.False(TryCreate(github with { Draft = deny with { Pins = github.Draft.Pins } }, out _));
        Assert.False(TryCreate(github with { Draft = deny with { Gate = new Gate.Any() } }, out _));
        Assert.False(TryCreate(github with { Draft = deny with { Limits = limits } }, out _));
    }

    [Fact]
    public void A_deny_for_every_issuer_has_no_fields_and_compares_no_claims()
    {
        var deny = new PolicyDraft { Effect = PolicyEffect.Deny, Target = NamePattern.Everything, Actions = TrustActions.Publish };
        var runner = new Dictionary<string, IReadOnlyList<string>> { ["runner"] = ["self-hosted"] };
        var actor = new Condition.Compare(new ValueReference(ValueSource.Claim, "actor_id"), ConditionOperator.In, ["12"]);

        Assert.True(TryCreate(null, deny));
        Assert.False(TryCreate(null, deny with { Fields = runner }));
        Assert.False(TryCreate(null, deny with { When = actor }));
    }

    [Fact]
    public void A_field_takes_sixty_four_values_and_no_more()
    {
        Assert.True(TryCreate(github.WithField("actors", Numbers(64)), out _));
        Assert.False(TryCreate(github.WithField("actors", Numbers(65)), out _));
    }

    [Theory]
    [InlineData("github", null, "proved - the run's ref must be protected at GitHub")]
    [InlineData("github", "environment", "declared - environment 'release': make sure at GitHub that")]
    [InlineData("gitlab", "environment", "or the named environment must be protected at GitLab")]
    [InlineData("circleci", null, "declared - contexts 'a74579f1-2e7d-451e-b009-5c082ad2729e': make sure at CircleCI that")]
    public void The_gate_is_described_in_one_sentence(string provider, string? field, string expected)
    {
        var fixture = Fixture.Read(provider);
        var policy = (field is null ? fixture : fixture.WithField(field, "release")).Policy();

        var text = Gate.Describe(fixture.Definition, policy);

        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.True(text.All(char.IsAscii));
        Assert.EndsWith(".", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_comes_back_from_storage_as_it_was()
    {
        foreach (var fixture in new[] { github.WithField("environment", "release"), Fixture.GitLab().Unpinned(), Fixture.CircleCi() })
        {
            var policy = fixture.Policy();
            var identity = new PolicyDraft { Target = policy.Target, BindingId = policy.BindingId, Actions = policy.Actions };

            Assert.True(PolicyJson.TryRead(PolicyJson.Write(policy), identity, out var draft));
            Assert.True(TrustPolicy.TryCreate(fixture.Definition, draft, policy.Life, out var back, out _));
            Assert.Equal(PolicyJson.Write(policy), PolicyJson.Write(back));
            Assert.Equal(policy.Gate, back.Gate);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"fields":{},"gate":"whatever","pins":{}}""")]
    [InlineData("""{"fields":{},"pins":{}}""")]
    [InlineData("""{"fields":null,"gate":"proved","pins":{}}""")]
    [InlineData("""{"fields":{},"gate":"proved","pins":{},"more":1}""")]
    [InlineData("""{"fields":{},"gate":"proved","pins":{},"when":{}}""")]
    [InlineData("""{"fields":{},"gate":"proved","pins":{},"when":{"claim":"actor_id","matches":"12"}}""")]
    [InlineData("""{"fields":{},"gate":"proved","pins":{},"limits":{"versions":"not a range at all"}}""")]
    [InlineData("""{"fields":{},"gate":"proved","pins":{},"limits":{"distTags":["a/b"]}}""")]
    public void A_damaged_policy_does_not_come_back(string json) => Assert.False(PolicyJson.TryRead(json, github.Draft, out _));

    private static string[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];

    private bool TryCreate(ProviderDefinition? definition, PolicyDraft draft) =>
        TrustPolicy.TryCreate(definition, draft, new PolicyLife("p", github.Now), out _, out _);

    private static bool TryCreate(Fixture fixture, out IReadOnlyList<string> problems) =>
        TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, new PolicyLife("p", fixture.Now), out _, out problems);
}
