using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using CsCheck;

namespace Assay.Core.Tests.Trust;

/// <summary>What must hold for any run and any policies.</summary>
public sealed class PolicyPropertyTests
{
    private static readonly Fixture GitHub = Fixture.GitHub();

    /// <summary>The first ones have no default that they would replace.</summary>
    private const int Additions = 6;

    private static readonly (string Field, string[] Values)[] Conditions =
    [
        ("environment", ["release"]),
        ("environment", ["staging"]),
        ("ref", ["refs/tags/v*"]),
        ("ref", ["refs/heads/main"]),
        ("runner", ["github-hosted"]),
        ("runner", ["self-hosted"]),
        ("workflow", ["publish.yml"]),
        ("workflow", ["lint.yml"]),
        ("callee", ["none"]),
        ("events", ["push"]),
        ("events", ["schedule"]),
    ];

    private static readonly Gen<Fixture> Runs = Gen.Select(
        Pick<string?>("release", "staging", "Release", "", null),
        Pick<string?>("true", "false", null),
        Pick("push", "schedule", "workflow_dispatch"),
        Pick("github-hosted", "self-hosted"),
        Pick("74", "990074"),
        (environment, isProtected, name, runner, id) => GitHub.With("environment", environment).With("ref_protected", isProtected)
            .With("event_name", name).With("runner_environment", runner).With("repository_id", id));

    private static readonly Gen<Fixture> Drafts = Gen.Select(
        Gen.Int[0, Conditions.Length - 1].Array[0, 3], Gen.Bool, Gen.Bool, (conditions, pinned, proved) =>
        {
            var fixture = conditions.Aggregate(GitHub, (fixture, index) => fixture.WithField(Conditions[index].Field, Conditions[index].Values));
            // A fixed gate: naming an environment would otherwise exchange one gate for another.
            fixture = fixture with { Draft = fixture.Draft with { Gate = proved ? new Gate.Proved() : new Gate.Any(), Actions = TrustActions.Stage } };
            return pinned ? fixture : fixture.Unpinned();
        });

    [Fact]
    public void Adding_a_condition_never_widens() =>
        Gen.Select(Runs, Drafts, Gen.Int[0, Additions - 1]).Where((_, draft, index) => !IsNamed(draft, Conditions[index].Field))
            .Sample((run, draft, index) =>
            {
                var narrower = draft.WithField(Conditions[index].Field, Conditions[index].Values);
                return IsGranted(run, draft.Policy()) || !IsGranted(run, narrower.Policy());
            }, iter: 300);

    [Fact]
    public void An_absent_claim_never_matches() =>
        Gen.Select(Runs, Drafts).Sample((run, draft) =>
            !IsNamed(draft, "environment") || !IsGranted(run.With("environment", null), draft.Policy()), iter: 300);

    [Fact]
    public void The_order_of_policies_does_not_matter() =>
        Gen.Select(Runs, Drafts.Array[0, 4], Gen.Int[0, 1000]).Sample((run, drafts, seed) =>
        {
            var policies = drafts.Select((draft, index) => draft.Policy($"p{index}")).ToList();
            var shuffled = policies.OrderBy(policy => (policy.Id[1] * 7919 + seed) % 13).ToList();
            return Shown(run.Decide(policies)) == Shown(run.Decide(shuffled));
        }, iter: 300);

    [Fact]
    public void More_policies_never_take_a_grant_away() =>
        Gen.Select(Runs, Drafts, Drafts).Sample((run, one, other) =>
            !IsGranted(run, one.Policy("a")) || run.Decide([one.Policy("a"), other.Policy("b")]) is Decision.Granted, iter: 300);

    [Fact]
    public void The_same_input_gives_the_same_decision() =>
        Gen.Select(Runs, Drafts).Sample((run, draft) => Shown(run.Decide([draft.Policy()])) == Shown(run.Decide([draft.Policy()])), iter: 100);

    [Fact]
    public void A_deny_always_wins() =>
        Gen.Select(Runs, Drafts.Array[0, 3], Denies).Sample((run, drafts, deny) =>
        {
            var denying = deny.Policy("deny");
            return !Applies(run, denying) || run.Decide([.. drafts.Select((draft, index) => draft.Policy($"p{index}")), denying]) is Decision.Refused;
        }, iter: 300);

    [Fact]
    public void A_deny_never_grants() =>
        Gen.Select(Runs, Drafts, Denies).Sample((run, draft, deny) =>
            IsGranted(run, draft.Policy()) || run.Decide([draft.Policy(), deny.Policy("deny")]) is Decision.Refused, iter: 300);

    [Fact]
    public void A_condition_never_widens() =>
        Gen.Select(Runs, Drafts, Whens).Sample((run, draft, when) =>
            IsGranted(run, draft.Policy()) || !IsGranted(run, (draft with { Draft = draft.Draft with { When = when } }).Policy()), iter: 300);

    [Fact]
    public void A_wider_level_never_bypasses_a_stricter_policy_of_the_package() =>
        Gen.Select(Runs, Drafts, Drafts, Pick("@acme/*", "@acme/x*")).Sample((run, own, wide, target) =>
        {
            var wider = (wide with { Draft = wide.Draft with { Target = Fixture.Pattern(target) } }).Policy("wide");
            return IsGranted(run, own.Policy("own")) || run.Decide([own.Policy("own"), wider]) is Decision.Refused;
        }, iter: 300);

    private static bool Applies(Fixture run, TrustPolicy deny) =>
        run.Decide([deny]) is Decision.Refused { Trials: [.., { Denies: true }] };

    private static readonly Gen<Condition> Whens = Gen.Select(
        Pick("environment", "actor_id", "event_name", "runner_environment"), Pick("release", "12", "push", "self-hosted"), Gen.Bool,
        (claim, value, negated) =>
        {
            Condition compare = new Condition.Compare(new ValueReference(ValueSource.Claim, claim), ConditionOperator.In, [value]);
            return negated ? new Condition.Not(compare) : compare;
        });

    private static readonly Gen<Fixture> Denies = Gen.Select(
        Whens, Gen.Bool, Pick("*", "@acme/*", "@acme/x"), (when, isConditional, target) => GitHub with
        {
            Draft = new PolicyDraft
            {
                Effect = PolicyEffect.Deny,
                Target = Fixture.Pattern(target),
                BindingId = GitHub.Binding.Id,
                Actions = TrustActions.Publish | TrustActions.Stage,
                When = isConditional ? when : null,
            },
        });

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static bool IsNamed(Fixture draft, string field) => draft.Draft.Fields.ContainsKey(field);

    private static bool IsGranted(Fixture run, TrustPolicy policy) => run.Decide([policy]) is Decision.Granted;

    private static string Shown(Decision decision) => decision switch
    {
        Decision.Granted granted => $"{granted.Policy.Id} {granted.Actions} {string.Join(",", granted.PinsToLearn)} {string.Join(",", granted.Renames)}",
        Decision.Refused refused => $"{refused.Refusal} {refused.IdentityMatched}",
        _ => "",
    };
}
