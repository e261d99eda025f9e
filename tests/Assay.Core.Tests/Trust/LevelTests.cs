using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

/// <summary>Which of several policies on different names counts.</summary>
public sealed class LevelTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Theory]
    [InlineData("@acme/x")]
    [InlineData("@acme/*")]
    [InlineData("@acme/x*")]
    public void A_policy_of_any_level_grants_its_names(string target) =>
        Assert.IsType<Decision.Granted>(github.Decide([On(target).Policy()]));

    [Theory]
    [InlineData("@acme/y")]
    [InlineData("@acme/y*")]
    [InlineData("@other/*")]
    [InlineData("@acm/*")]
    public void A_policy_of_other_names_grants_nothing(string target) =>
        Assert.Empty(Assert.IsType<Decision.Refused>(github.Decide([On(target).Policy()])).Trials);

    [Fact]
    public void A_package_with_a_policy_of_its_own_ignores_the_wider_ones()
    {
        var strict = On("@acme/x").WithField("environment", "release").Policy("strict");
        var lax = On("@acme/*").Policy("lax");

        Assert.IsType<Decision.Refused>(github.Decide([strict, lax]));
        Assert.Equal("lax", Assert.IsType<Decision.Granted>(Decide([strict, lax], inherits: true)).Policy.Id);
    }

    [Fact]
    public void A_policy_of_its_own_counts_as_its_own_whichever_issuer_it_names_and_even_while_it_waits()
    {
        var elsewhere = (github with { Draft = github.Draft with { BindingId = "another" } }).Policy("elsewhere");
        var waiting = Lives(On("@acme/x").WithField("environment", "release"), life => life with { EffectiveAt = github.Now.AddDays(1) });
        var ended = Lives(On("@acme/x").WithField("environment", "release"), life => life with { EndsAt = github.Now });
        var lax = On("@acme/*").Policy("lax");

        Assert.IsType<Decision.Refused>(github.Decide([elsewhere, lax]));
        Assert.IsType<Decision.Refused>(github.Decide([waiting, lax]));
        Assert.IsType<Decision.Granted>(github.Decide([ended, lax]));
    }

    [Fact]
    public void Of_those_that_match_the_most_specific_counts()
    {
        var scope = On("@acme/*").Policy("a-scope");
        var pattern = On("@acme/x*").Policy("b-pattern");

        Assert.Equal("b-pattern", Assert.IsType<Decision.Granted>(github.Decide([scope, pattern])).Policy.Id);
        Assert.Equal("a-scope", Assert.IsType<Decision.Granted>(github.Decide([scope, On("@acme/x*").WithField("environment", "release").Policy("b")])).Policy.Id);
        Assert.Equal(
            "c-own", Assert.IsType<Decision.Granted>(Decide([scope, pattern, On("@acme/x").Policy("c-own")], inherits: true)).Policy.Id);
    }

    [Fact]
    public void The_most_specific_counts_although_a_wider_one_would_grant_more()
    {
        var scope = On("@acme/*").Policy("scope");
        var pattern = Changed(On("@acme/x*"), draft => draft with { Actions = TrustActions.Stage }).Policy("pattern");

        var granted = Assert.IsType<Decision.Granted>(github.Decide([scope, pattern]));

        Assert.Equal(("pattern", TrustActions.Stage), (granted.Policy.Id, granted.Actions));
    }

    [Fact]
    public void A_policy_of_another_package_and_a_deny_of_its_own_leave_a_package_its_wider_policies()
    {
        var wide = On("@acme/*").Policy("wide");
        var deny = Changed(Deny("@acme/x"), draft => draft with { Actions = TrustActions.Unpublish }).Policy("deny");

        Assert.Equal("wide", Assert.IsType<Decision.Granted>(github.Decide([wide, On("@acme/y").Policy("other")])).Policy.Id);
        Assert.Equal("wide", Assert.IsType<Decision.Granted>(github.Decide([wide, deny])).Policy.Id);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("@acme/*")]
    [InlineData("@acme/x*")]
    [InlineData("@acme/x")]
    public void A_deny_of_any_level_wins(string target)
    {
        var refused = Assert.IsType<Decision.Refused>(github.Decide([github.Policy("allow"), Deny(target).Policy("deny")]));

        Assert.Equal(RefusalCodes.DeniedByPolicy, refused.Refusal.Code);
        Assert.True(refused.IdentityMatched);
        Assert.Contains("policy deny on", refused.Refusal.PublicText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deny_tells_strangers_nothing()
    {
        var refused = Assert.IsType<Decision.Refused>(github.Decide([github.Unpinned().Policy("allow"), Deny("@acme/*").Policy("deny")]));

        Assert.Equal(RefusalCodes.NoMatchingPolicy, refused.Refusal.Code);
        Assert.Equal(
            Assert.IsType<Decision.Refused>(github.Decide([])).Refusal.PublicText, refused.Refusal.PublicText);
    }

    [Fact]
    public void A_deny_for_every_issuer_needs_no_provider_and_denies_only_its_actions()
    {
        var everyIssuer = TrustPolicy.TryCreate(
            null, new PolicyDraft { Effect = PolicyEffect.Deny, Target = NamePattern.Everything, Actions = TrustActions.Unpublish },
            new PolicyLife("deny", github.Now), out var deny, out _);

        Assert.True(everyIssuer);
        Assert.IsType<Decision.Granted>(github.Decide([github.Policy("allow"), deny!]));
        var unpublish = (github with { Draft = github.Draft with { Actions = TrustActions.Unpublish } }).Policy("allow");
        Assert.IsType<Decision.Refused>(
            PolicyEvaluator.Evaluate(github.Question(TrustActions.Unpublish), new PolicySet([unpublish, deny!]), github.Claims()));
    }

    [Fact]
    public void A_deny_of_one_of_the_wanted_actions_is_enough()
    {
        const TrustActions Wanted = TrustActions.Publish | TrustActions.DistTag;
        var allow = Changed(On("@acme/x"), draft => draft with { Actions = Wanted }).Policy("allow");
        var deny = Changed(Deny("@acme/*"), draft => draft with { Actions = TrustActions.DistTag }).Policy("deny");

        Assert.IsType<Decision.Granted>(PolicyEvaluator.Evaluate(github.Question(Wanted), new PolicySet([allow]), github.Claims()));
        Assert.IsType<Decision.Refused>(PolicyEvaluator.Evaluate(github.Question(Wanted), new PolicySet([allow, deny]), github.Claims()));
    }

    [Fact]
    public void A_deny_for_runs_of_another_issuer_denies_none_of_this_one()
    {
        var elsewhere = Changed(Deny("@acme/*"), draft => draft with { BindingId = "another" }).Policy("deny");

        Assert.IsType<Decision.Granted>(github.Decide([github.Policy("allow"), elsewhere]));
    }

    [Fact]
    public void A_deny_waits_and_ends_at_its_times()
    {
        var allow = github.Policy("allow");

        Assert.IsType<Decision.Granted>(github.Decide([allow, Lives(Deny("*"), life => life with { EffectiveAt = github.Now.AddSeconds(1) })]));
        Assert.IsType<Decision.Refused>(github.Decide([allow, Lives(Deny("*"), life => life with { EndsAt = github.Now.AddSeconds(1) })]));
        Assert.IsType<Decision.Granted>(github.Decide([allow, Lives(Deny("*"), life => life with { EndsAt = github.Now })]));
    }

    [Theory]
    [InlineData("staging", true)]
    [InlineData("Staging", true)]
    [InlineData(null, true)]
    [InlineData("release", false)]
    public void A_deny_by_condition_is_averted_only_by_what_is_known_to_differ(string? environment, bool denied)
    {
        var deny = Changed(Deny("@acme/*"), draft => draft with { When = Is("environment", "staging") });
        var run = github.With("environment", environment);

        Assert.Equal(denied, run.Decide([github.Policy("allow"), deny.Policy("deny")]) is Decision.Refused);
    }

    [Theory]
    [InlineData("self-hosted", true)]
    [InlineData("github-hosted", false)]
    public void A_deny_by_field_takes_no_default_of_the_field(string runner, bool denied)
    {
        var deny = Deny("@acme/*").WithField("runner", "self-hosted").Policy("deny");

        Assert.Equal(["runner"], deny.Fields.Keys);
        Assert.Equal(denied, github.With("runner_environment", runner).Decide([github.Policy("allow"), deny]) is Decision.Refused);
    }

    [Theory]
    [InlineData("staging", true)]
    [InlineData(null, true)]
    [InlineData("release", false)]
    public void A_deny_by_field_is_not_averted_by_silence(string? environment, bool denied)
    {
        var deny = Deny("@acme/*").WithField("environment", "staging").Policy("deny");

        Assert.Equal(denied, github.With("environment", environment).Decide([github.Policy("allow"), deny]) is Decision.Refused);
    }

    [Fact]
    public void Who_asks_to_read_a_pattern_needs_a_policy_that_covers_it_and_no_deny_that_touches_it()
    {
        var read = Changed(On("@acme/*"), draft => draft with { Actions = TrustActions.Read }).Policy("read");
        var deny = Changed(Deny("@acme/ui-secret"), draft => draft with { Actions = TrustActions.Read }).Policy("deny");
        var everywhere = github with { Binding = github.Binding with { Names = [NamePattern.Everything] } };

        Assert.IsType<Decision.Granted>(Read("@acme/ui-*", github, read));
        Assert.IsType<Decision.Granted>(Read("@acme/*", everywhere, read));
        Assert.IsType<Decision.Refused>(Read("*", everywhere, read));
        Assert.IsType<Decision.Refused>(Read("@acme/ui-*", github, read, deny));
        Assert.IsType<Decision.Granted>(Read("@acme/lib-*", github, read, deny));
    }

    [Fact]
    public void A_binding_speaks_only_for_its_own_names()
    {
        var read = Changed(On("@acme/*"), draft => draft with { Actions = TrustActions.Read }).Policy("read");
        var bound = github with { Binding = github.Binding with { Names = [Fixture.Pattern("@acme/ui-*")] } };

        Assert.IsType<Decision.Granted>(Read("@acme/ui-*", bound, read));
        Assert.IsType<Decision.Refused>(Read("@acme/*", bound, read));
    }

    [Theory]
    [InlineData(TrustActions.Publish, TrustActions.Publish, TrustActions.Publish)]
    [InlineData(TrustActions.Stage, TrustActions.Publish, TrustActions.Stage)]
    [InlineData(TrustActions.Publish | TrustActions.Stage, TrustActions.Publish, TrustActions.Publish)]
    [InlineData(TrustActions.Publish, TrustActions.Stage, TrustActions.None)]
    [InlineData(TrustActions.Publish, TrustActions.DistTag, TrustActions.DistTag)]
    [InlineData(TrustActions.DistTag, TrustActions.DistTag, TrustActions.DistTag)]
    [InlineData(TrustActions.DistTag, TrustActions.Publish, TrustActions.None)]
    [InlineData(TrustActions.Publish, TrustActions.Deprecate, TrustActions.None)]
    [InlineData(TrustActions.Publish, TrustActions.Unpublish, TrustActions.None)]
    [InlineData(TrustActions.Publish, TrustActions.Read, TrustActions.None)]
    [InlineData(TrustActions.Deprecate, TrustActions.Deprecate | TrustActions.Unpublish, TrustActions.None)]
    [InlineData(TrustActions.Deprecate | TrustActions.Unpublish, TrustActions.Deprecate | TrustActions.Unpublish, TrustActions.Deprecate | TrustActions.Unpublish)]
    [InlineData(TrustActions.Stage, TrustActions.DistTag, TrustActions.None)]
    public void Each_action_is_granted_by_itself(TrustActions granted, TrustActions wanted, TrustActions expected) =>
        Assert.Equal(expected, granted.For(wanted));

    private Decision Decide(IReadOnlyList<TrustPolicy> policies, bool inherits) =>
        PolicyEvaluator.Evaluate(github.Question(TrustActions.Publish), new PolicySet(policies, inherits), github.Claims());

    private static Decision Read(string names, Fixture run, params IReadOnlyList<TrustPolicy> policies) =>
        PolicyEvaluator.Evaluate(run.Question(TrustActions.Read, names), new PolicySet(policies), run.Claims());

    private static Fixture Changed(Fixture fixture, Func<PolicyDraft, PolicyDraft> change) => fixture with { Draft = change(fixture.Draft) };

    private Fixture On(string target) => github with { Draft = github.Draft with { Target = Fixture.Pattern(target) } };

    private Fixture Deny(string target) => github with
    {
        Draft = new PolicyDraft
        {
            Effect = PolicyEffect.Deny,
            Target = Fixture.Pattern(target),
            BindingId = github.Binding.Id,
            Actions = TrustActions.Publish,
        },
    };

    private static TrustPolicy Lives(Fixture fixture, Func<PolicyLife, PolicyLife> change) =>
        TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, change(new PolicyLife("lives", fixture.Now.AddDays(-1))), out var policy, out var problems)
            ? policy
            : throw new InvalidOperationException(string.Join(' ', problems));

    private static Condition.Compare Is(string claim, params string[] wanted) =>
        new(new ValueReference(ValueSource.Claim, claim), ConditionOperator.In, wanted);
}
