using Assay.Trust.Evaluation;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

/// <summary>How a decision came about, also when it is a yes.</summary>
public sealed class ExplanationTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void A_grant_shows_every_policy_that_was_tried()
    {
        var other = github.WithField("workflow", "other.yml").Policy("other");

        var explanation = Explain([github.Policy("fits"), other]);

        Assert.Equal("fits", Assert.IsType<Decision.Granted>(explanation.Decision).Policy.Id);
        Assert.Equal(["fits", "other"], explanation.Trials.Select(trial => trial.Policy.Id));
        Assert.Equal([true, false], explanation.Trials.Select(trial => trial.Allows));
    }

    [Fact]
    public void A_policy_without_a_say_comes_with_its_reason()
    {
        var elsewhere = (github with { Draft = github.Draft with { BindingId = "other-binding" } }).Policy("issuer");
        var wide = (github with { Draft = github.Draft with { Target = Fixture.Pattern("@acme/*") } }).Policy("wide");
        var foreign = (github with { Draft = github.Draft with { Target = Fixture.Pattern("@acme/y*") } }).Policy("foreign");
        var ended = github.Policy("ended");
        ended = ended.WithLife(ended.Life with { EndsAt = github.Now });
        var deny = Deny("deny-tags", TrustActions.DistTag);
        var later = Deny("deny-later", TrustActions.Publish);
        later = later.WithLife(later.Life with { EffectiveAt = github.Now.AddDays(1) });

        var passedOver = Passed([github.Policy("own"), elsewhere, wide, foreign, ended, deny, later]);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["issuer"] = "It is for runs of issuer binding other-binding.",
                ["wide"] = "The package has policies of its own, and does not inherit.",
                ["foreign"] = "It speaks of @acme/y*.",
                ["ended"] = "It has ended.",
                ["deny-tags"] = "It denies dist-tag only.",
                ["deny-later"] = "It is not in force yet.",
            },
            passedOver.ToDictionary(passed => passed.Policy.Id, passed => passed.Reason));
    }

    [Fact]
    public void Every_policy_is_either_tried_or_passed_over()
    {
        TrustPolicy[] policies = [github.Policy("own"), (github with { Draft = github.Draft with { Target = Fixture.Pattern("@acme/*") } }).Policy("wide"), Deny("deny", TrustActions.Publish)];

        var seen = Explain(policies).Trials.Select(trial => trial.Policy.Id).Concat(Passed(policies).Select(passed => passed.Policy.Id));

        Assert.Equal(["deny", "own", "wide"], seen.Order(StringComparer.Ordinal));
    }

    private TrustPolicy Deny(string id, TrustActions actions)
    {
        var draft = new PolicyDraft { Effect = PolicyEffect.Deny, Target = Fixture.Pattern("@acme/*"), Actions = actions };
        return TrustPolicy.TryCreate(null, draft, new PolicyLife(id, github.Now), out var policy, out var problems)
            ? policy
            : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private Explanation Explain(IReadOnlyList<TrustPolicy> policies) =>
        PolicyEvaluator.Explain(github.Question(TrustActions.Publish), new PolicySet(policies), github.Claims());

    private IReadOnlyList<PassedOver> Passed(IReadOnlyList<TrustPolicy> policies) =>
        PassedOver.Of(github.Question(TrustActions.Publish), new PolicySet(policies), github.Binding);
}
