using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>What makes a change of a policy a widening. Each row changes one thing.</summary>
public sealed class PolicyChangeTests
{
    private static readonly Fixture GitHub = Fixture.GitHub();
    private static readonly Fixture GitLab = Fixture.GitLab();
    private static readonly Fixture CircleCi = Fixture.CircleCi();

    public static TheoryData<string, Fixtures> Narrower => new()
    {
        { "nothing", new(GitHub, GitHub) },
        { "a condition more", new(GitHub, GitHub.WithField("runner", "github-hosted")) },
        { "fewer events", new(GitHub, GitHub.WithField("events", "push")) },
        { "fewer refs", new(GitHub.WithField("ref", "refs/tags/v*", "refs/heads/main"), GitHub.WithField("ref", "refs/tags/v*")) },
        { "an environment more, the gate stays proved", new(GitHub, GitHub.WithField("environment", "release") with { Draft = Gated(GitHub.WithField("environment", "release"), new Gate.Proved()) }) },
        { "proved in place of declared", new(GitHub.WithField("environment", "release"), GitHub.WithField("environment", "release") with { Draft = Gated(GitHub.WithField("environment", "release"), new Gate.Proved()) }) },
        { "more contexts to have", new(CircleCi, CircleCi.WithField("contexts", [.. CircleCi.Draft.Fields["contexts"], "cb32986e-2f6f-4f43-b2bd-d3c2fd98e903"])) },
        { "a name inside the pattern", new(On("@acme/*"), On("@acme/ui-*")) },
        { "fewer actions", new(Doing(TrustActions.Publish | TrustActions.Unpublish), Doing(TrustActions.Publish)) },
        { "a when", new(GitHub, When(Is("actor_id", "12"))) },
        { "a when beside another", new(When(Is("actor_id", "12")), When(new Condition.All([Is("ref_type", "tag"), Is("actor_id", "12")]))) },
        { "a range", new(GitHub, Limited("^1", [], null, null)) },
        { "fewer tags", new(Limited(null, ["latest", "next"], null, null), Limited(null, ["next"], null, null)) },
        { "smaller budgets", new(Limited(null, [], 5, 9), Limited(null, [], 2, 9)) },
        { "the smallest budgets", new(GitHub, Limited(null, [], 1, 1)) },
        { "more that waits for people", new(GitHub, Diverting("new-runner")) },
        { "one id of two", new(GitHub.Unpinned(), Pinned("repository_id")) },
        { "a label of a pinned project", new(GitHub, GitHub.WithField("repository", "octo-org/new-name")) },
    };

    public static TheoryData<string, Fixtures> Wider => new()
    {
        { "another binding", new(GitHub, GitHub with { Draft = GitHub.Draft with { BindingId = "ghes" } }) },
        { "another provider", new(GitHub, GitLab) },
        { "another repository before its ids are known", new(GitHub.Unpinned(), GitHub.Unpinned().WithField("repository", "mallory/octo-repo")) },
        { "another workflow", new(GitHub, GitHub.WithField("workflow", "other.yml")) },
        { "one event more", new(GitHub.WithField("events", "push"), GitHub.WithField("events", "push", "schedule")) },
        { "a condition less", new(GitHub.WithField("runner", "github-hosted"), GitHub) },
        { "another environment", new(GitHub.WithField("environment", "release"), GitHub.WithField("environment", "staging")) },
        { "declared in place of proved", new(GitHub, GitHub.WithField("environment", "release")) },
        { "an environment that adds a way to prove", new(GitLab, GitLab.WithField("environment", "production")) },
        { "declared by less", new(Declared("environment", "ref"), Declared("environment")) },
        { "no gate", new(Staging(new Gate.Proved()), Staging(new Gate.Any())) },
        { "no gate in place of a declared one", new(StagingIn(new Gate.Declared(["environment"])), StagingIn(new Gate.Any())) },
        { "fewer contexts to have", new(CircleCi.WithField("contexts", [.. CircleCi.Draft.Fields["contexts"], "cb32986e-2f6f-4f43-b2bd-d3c2fd98e903"]), CircleCi) },
        { "a wider pattern", new(On("@acme/ui-*"), On("@acme/*")) },
        { "another package", new(GitHub, On("@acme/y")) },
        { "another action", new(GitHub, Doing(TrustActions.Publish | TrustActions.Unpublish)) },
        { "reading after the gate", new(Doing(TrustActions.Publish | TrustActions.Read), Doing(TrustActions.Read)) },
        { "no when", new(When(Is("actor_id", "12")), GitHub) },
        { "another when", new(When(Is("actor_id", "12")), When(Is("actor_id", "13"))) },
        { "a when as an alternative", new(When(Is("actor_id", "12")), When(new Condition.Any([Is("actor_id", "12"), Is("ref_type", "tag")]))) },
        { "less that waits for people", new(Diverting("new-runner", "versions-per-day:2"), Diverting("versions-per-day:2")) },
        { "more versions before one waits", new(Diverting("versions-per-day:2"), Diverting("versions-per-day:3")) },
        { "no range", new(Limited("^1", [], null, null), GitHub) },
        { "another range", new(Limited("^1", [], null, null), Limited("^2", [], null, null)) },
        { "any tag", new(Limited(null, ["next"], null, null), GitHub) },
        { "another tag", new(Limited(null, ["next"], null, null), Limited(null, ["next", "latest"], null, null)) },
        { "a larger budget", new(Limited(null, [], 2, null), Limited(null, [], 3, null)) },
        { "the registry's budget", new(Limited(null, [], null, 2), GitHub) },
        { "a budget of its own", new(GitHub, Limited(null, [], 2, null)) },
        { "ids forgotten", new(GitHub, GitHub.Unpinned()) },
        { "one id forgotten", new(GitHub, Pinned("repository_id")) },
        { "another id", new(GitHub, GitHub with { Draft = GitHub.Draft with { Pins = new Dictionary<string, string> { ["repository_id"] = "75", ["repository_owner_id"] = "65" } } }) },
        { "ids that make labels of the names", new(GitHub.Unpinned(), GitHub) },
    };

    [Theory]
    [MemberData(nameof(Narrower))]
    public void Narrowing_or_nothing(string change, Fixtures fixtures) => Assert.False(Widens(fixtures), change);

    [Theory]
    [MemberData(nameof(Wider))]
    public void Widening(string change, Fixtures fixtures) => Assert.True(Widens(fixtures), change);

    [Fact]
    public void A_policy_that_begins_widens_and_one_that_ends_does_not()
    {
        Assert.True(PolicyChange.Widens(null, GitHub.Policy(), GitHub.Definition));
        Assert.False(PolicyChange.Widens(GitHub.Policy(), null, GitHub.Definition));
        Assert.False(PolicyChange.Widens(null, null, null));
    }

    [Fact]
    public void A_deny_that_ends_widens_and_one_that_begins_does_not()
    {
        var deny = Deny("@acme/*").Policy();

        Assert.True(PolicyChange.Widens(deny, null, GitHub.Definition));
        Assert.False(PolicyChange.Widens(null, deny, GitHub.Definition));
        Assert.True(PolicyChange.Widens(deny, GitHub.Policy(), GitHub.Definition));
        Assert.False(PolicyChange.Widens(GitHub.Policy(), deny, GitHub.Definition));
    }

    public static TheoryData<string, Fixtures> DeniesMore => new()
    {
        { "nothing", new(Deny("@acme/*"), Deny("@acme/*")) },
        { "more names", new(Deny("@acme/x"), Deny("@acme/*")) },
        { "more actions", new(Deny("@acme/*"), Changed(Deny("@acme/*"), draft => draft with { Actions = TrustActions.Publish | TrustActions.Stage })) },
        { "more runs by a field", new(Deny("@acme/*").WithField("runner", "self-hosted"), Deny("@acme/*").WithField("runner", "self-hosted", "github-hosted")) },
        { "a condition less", new(Deny("@acme/*").WithField("runner", "self-hosted"), Deny("@acme/*")) },
        { "a when less", new(DenyWhen(Is("actor_id", "12")), Deny("@acme/*")) },
        { "a part of a when less", new(DenyWhen(new Condition.All([Is("actor_id", "12"), Is("ref_type", "tag")])), DenyWhen(Is("actor_id", "12"))) },
    };

    public static TheoryData<string, Fixtures> DeniesLess => new()
    {
        { "fewer names", new(Deny("@acme/*"), Deny("@acme/x")) },
        { "fewer actions", new(Changed(Deny("@acme/*"), draft => draft with { Actions = TrustActions.Publish | TrustActions.Stage }), Deny("@acme/*")) },
        { "another binding", new(Deny("@acme/*"), Changed(Deny("@acme/*"), draft => draft with { BindingId = "ghes" })) },
        { "fewer runs by a field", new(Deny("@acme/*").WithField("runner", "self-hosted", "github-hosted"), Deny("@acme/*").WithField("runner", "self-hosted")) },
        { "a condition more", new(Deny("@acme/*"), Deny("@acme/*").WithField("runner", "self-hosted")) },
        { "a when more", new(Deny("@acme/*"), DenyWhen(Is("actor_id", "12"))) },
    };

    [Theory]
    [MemberData(nameof(DeniesMore))]
    public void Denying_at_least_as_much(string change, Fixtures fixtures) => Assert.False(Widens(fixtures), change);

    [Theory]
    [MemberData(nameof(DeniesLess))]
    public void Denying_less(string change, Fixtures fixtures) => Assert.True(Widens(fixtures), change);

    [Fact]
    public void A_deny_for_every_issuer_denies_more_than_one_for_one_of_them()
    {
        var every = Every();

        Assert.False(PolicyChange.Widens(Deny("@acme/*").WithField("runner", "self-hosted").Policy(), every, GitHub.Definition));
        Assert.True(PolicyChange.Widens(every, Deny("@acme/*").Policy(), GitHub.Definition));
        Assert.False(PolicyChange.Widens(every, every, null));
    }

    // Nothing can be proved about fields whose meaning is not known.
    [Fact]
    public void Without_its_definition_nothing_is_narrower()
    {
        Assert.True(PolicyChange.Widens(GitHub.Policy(), GitHub.Policy(), null));
        Assert.True(PolicyChange.Widens(GitHub.Policy(), GitHub.Policy(), GitLab.Definition));
        Assert.True(PolicyChange.Widens(
            Deny("@acme/*").WithField("runner", "self-hosted").Policy(), Deny("@acme/*").WithField("runner", "self-hosted").Policy(), null));
    }

    private static bool Widens(Fixtures fixtures) => PolicyChange.Widens(fixtures.From.Policy("from"), fixtures.To.Policy("to"), fixtures.From.Definition);

    private static TrustPolicy Every() =>
        TrustPolicy.TryCreate(
            null, new PolicyDraft { Effect = PolicyEffect.Deny, Target = NamePattern.Everything, Actions = TrustActions.Publish },
            new PolicyLife("every", GitHub.Now), out var policy, out _) ? policy : throw new InvalidOperationException();

    private static Fixture Changed(Fixture fixture, Func<PolicyDraft, PolicyDraft> change) => fixture with { Draft = change(fixture.Draft) };

    private static Fixture On(string target) => Changed(GitHub, draft => draft with { Target = Fixture.Pattern(target) });

    private static Fixture Doing(TrustActions actions) => Changed(GitHub, draft => draft with { Actions = actions });

    private static Fixture When(Condition when) => Changed(GitHub, draft => draft with { When = when });

    private static Fixture Pinned(string claim) =>
        Changed(GitHub, draft => draft with { Pins = draft.Pins.Where(pin => pin.Key == claim).ToDictionary() });

    private static Fixture Diverting(params string[] words)
    {
        Assert.True(DivertRules.TryParse(words, out var rules));
        return GitHub with { Draft = GitHub.Draft with { Divert = rules } };
    }

    private static Fixture Limited(string? versions, string[] tags, int? versionsPerRun, int? packagesPerRun) =>
        PublishLimits.TryCreate(versions, tags, versionsPerRun, packagesPerRun, out var limits, out _)
            ? Changed(GitHub, draft => draft with { Limits = limits })
            : throw new InvalidOperationException();

    private static Fixture Declared(params string[] fields) => Changed(
        GitHub.WithField("environment", "release").WithField("ref", "refs/tags/v*"), draft => draft with { Gate = new Gate.Declared(fields) });

    private static Fixture Staging(Gate gate) => Changed(GitHub, draft => draft with { Actions = TrustActions.Stage, Gate = gate });

    private static Fixture StagingIn(Gate gate) =>
        Changed(GitHub.WithField("environment", "release"), draft => draft with { Actions = TrustActions.Stage, Gate = gate });

    private static PolicyDraft Gated(Fixture fixture, Gate gate) => fixture.Draft with { Gate = gate };

    private static Fixture Deny(string target) => GitHub with
    {
        Draft = new PolicyDraft
        {
            Effect = PolicyEffect.Deny,
            Target = Fixture.Pattern(target),
            BindingId = GitHub.Binding.Id,
            Actions = TrustActions.Publish,
        },
    };

    private static Fixture DenyWhen(Condition when) => Changed(Deny("@acme/*"), draft => draft with { When = when });

    private static Condition.Compare Is(string claim, params string[] wanted) =>
        new(new ValueReference(ValueSource.Claim, claim), ConditionOperator.In, wanted);

    /// <summary>Public, as xunit asks of theory data.</summary>
    public sealed class Fixtures
    {
        internal Fixtures(Fixture from, Fixture to)
        {
            From = from;
            To = to;
        }

        internal Fixture From { get; }

        internal Fixture To { get; }
    }
}
