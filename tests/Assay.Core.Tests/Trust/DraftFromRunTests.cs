using System.Text.Json.Nodes;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>The policy that a refused run would have needed.</summary>
public sealed class DraftFromRunTests
{
    private readonly Fixture github = Fixture.GitHub();

    public static TheoryData<string> Providers() => [.. ProviderCatalog.Shipped.Ids];

    [Fact]
    public void It_names_what_is_required_and_pins_every_id()
    {
        var draft = Made(github);

        Assert.Equal(["repository", "workflow"], draft.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["octo-org/octo-repo"], draft.Fields["repository"]);
        Assert.Equal(new Dictionary<string, string> { ["repository_id"] = "74", ["repository_owner_id"] = "65" }, draft.Pins);
        Assert.Equal((github.Binding.Id, Fixture.Package, TrustActions.Publish), (draft.BindingId, draft.Target.Text, draft.Actions));
    }

    [Fact]
    public void A_ref_that_the_issuer_calls_protected_proves_the_gate()
    {
        var draft = Made(github.With("ref_protected", "true").With("environment", "release"));

        Assert.IsType<Gate.Proved>(draft.Gate);
        Assert.DoesNotContain("environment", draft.Fields.Keys);
    }

    [Fact]
    public void Without_proof_the_environment_declares_it()
    {
        var draft = Made(github.With("ref_protected", "false").With("environment", "release"));

        Assert.Equal(new Gate.Declared(["environment"]), draft.Gate);
        Assert.Equal(["release"], draft.Fields["environment"]);
    }

    [Fact]
    public void A_protected_environment_proves_it_and_is_named()
    {
        var gitlab = Fixture.GitLab().With("ref_protected", "false").With("environment", "production").With("environment_protected", "true");

        var draft = Made(gitlab);

        Assert.IsType<Gate.Proved>(draft.Gate);
        Assert.Equal(["production"], draft.Fields["environment"]);
        Assert.True(Grants(gitlab, draft));
    }

    [Fact]
    public void Contexts_declare_it_where_nothing_proves_it()
    {
        var draft = Made(Fixture.CircleCi());

        Assert.Equal(new Gate.Declared(["contexts"]), draft.Gate);
        Assert.NotEmpty(draft.Fields["contexts"]);
    }

    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    [InlineData("circleci")]
    public void A_run_that_nothing_makes_a_release_gets_the_advice_and_no_draft(string provider)
    {
        var run = Fixture.Read(provider);
        run = provider switch
        {
            "circleci" => run.With("oidc.circleci.com/context-ids", null),
            _ => run.With("ref_protected", "false").With("environment", null).With("environment_protected", null),
        };

        Assert.False(TryMake(run, out _, out var problems));

        Assert.Contains(run.Definition.Policy.Gate.Advice, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_never_writes_gets_no_draft_that_lets_it_write()
    {
        var pullRequest = github.Patched(new JsonObject
        {
            ["event_name"] = "pull_request",
            ["ref"] = "refs/pull/7/merge",
            ["head_ref"] = "patch-1",
            ["base_ref"] = "main",
            ["workflow_ref"] = "octo-org/octo-repo/.github/workflows/publish.yml@refs/pull/7/merge",
            ["job_workflow_ref"] = "octo-org/octo-repo/.github/workflows/publish.yml@refs/pull/7/merge",
        });

        Assert.False(TryMake(pullRequest, out _, out var problems));

        Assert.Contains("Pull requests never publish", problems[0], StringComparison.Ordinal);
    }

    // A provider whose tokens prove nothing and whose owner has to choose a ref or the like has no draft, and says so.
    [Theory]
    [MemberData(nameof(Providers))]
    public void A_draft_grants_the_run_that_it_was_made_from(string provider)
    {
        var run = Fixture.Read(provider);

        if (TryMake(run, out var draft, out var problems))
        {
            Assert.True(Grants(run, draft!));
            Assert.Equal(run.Definition.Policy.Pin.Select(pin => pin.Claim).Order(), draft!.Pins.Keys.Order());
        }
        else
        {
            Assert.Contains(run.Definition.Policy.Gate.Advice, Assert.Single(problems), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_draft_grants_no_other_projects_run(string provider)
    {
        var run = Fixture.Read(provider);
        if (TryMake(run, out var draft, out _))
        {
            foreach (var pin in run.Definition.Policy.Pin)
            {
                var other = draft! with { Pins = new Dictionary<string, string>(draft.Pins) { [pin.Claim] = Another(draft.Pins[pin.Claim]) } };
                Assert.False(Grants(run, other));
            }
        }
    }

    private static string Another(string id) => id[..^1] + (id[^1] == '1' ? '2' : '1');

    private static PolicyDraft Made(Fixture run) => TryMake(run, out var draft, out var problems) ? draft! : throw new InvalidOperationException(string.Join(' ', problems));

    private static bool TryMake(Fixture run, out PolicyDraft? draft, out IReadOnlyList<string> problems) =>
        DraftFromRun.TryMake(run.Claims(), Fixture.Pattern(Fixture.Package), TrustActions.Publish, out draft, out problems);

    private static bool Grants(Fixture run, PolicyDraft draft)
    {
        Assert.True(TrustPolicy.TryCreate(run.Definition, draft, new PolicyLife("draft", run.Now), out var policy, out var problems), string.Join(' ', problems));
        return PolicyEvaluator.Evaluate(run.Question(TrustActions.Publish), new PolicySet([policy]), run.Claims()) is Decision.Granted;
    }
}
