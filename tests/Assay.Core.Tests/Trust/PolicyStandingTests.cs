using Assay.Trust.Evaluation;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

/// <summary>Which policies count, and what is said about those that do not.</summary>
public sealed class PolicyStandingTests
{
    private static readonly EvaluatorOptions Options = EvaluatorOptions.Default with { CoolingOff = TimeSpan.FromDays(2) };

    private readonly Fixture github = Fixture.GitHub();

    public static TheoryData<int, int?, int?, bool, PolicyState> Lives => new()
    {
        { -1, null, null, true, PolicyState.InForce },
        { -1, 1, null, true, PolicyState.Ending },
        { -1, 0, null, true, PolicyState.Ended },
        { 1, null, null, true, PolicyState.Waiting },
        { -7, null, null, false, PolicyState.InForce },
        { -8, null, null, false, PolicyState.Inert },
        { -366, null, null, true, PolicyState.Idle },
        { -366, null, -1, true, PolicyState.InForce },
        { -800, null, -366, true, PolicyState.Idle },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public void A_policy_has_one_state(int armedDay, int? endsDay, int? usedDay, bool isPinned, PolicyState expected)
    {
        var policy = Live(isPinned ? github : github.Unpinned(), armedDay, endsDay, usedDay);

        Assert.Equal(expected, PolicyStanding.StateOf(policy, github.Definition, github.Now, Options));
    }

    // What the standing says must be what the evaluator does.
    [Theory]
    [MemberData(nameof(Lives))]
    public void What_counts_is_what_grants(int armedDay, int? endsDay, int? usedDay, bool isPinned, PolicyState state)
    {
        var policy = Live(isPinned ? github : github.Unpinned(), armedDay, endsDay, usedDay);

        var standing = Standings([policy]).SingleOrDefault();

        Assert.Equal(github.Decide([policy]) is Decision.Granted, standing is { Counts: true });
        Assert.Equal(state is PolicyState.Ended, standing is null);
    }

    [Fact]
    public void Policies_of_the_package_shut_out_wider_ones_but_no_deny()
    {
        var own = github.Policy("own");
        var wide = On("@acme/*").Policy("wide");
        var deny = Deny("*").Policy("deny");

        var standings = Standings([own, wide, deny]);

        Assert.Equal(["deny", "own", "wide"], standings.Select(standing => standing.Policy.Id));
        Assert.Equal([true, true, false], standings.Select(standing => standing.Counts));
        Assert.Equal([false, false, true], standings.Select(standing => standing.IsShutOut));
    }

    [Fact]
    public void Inheritance_lets_wider_ones_count_once_it_has_cooled_off()
    {
        TrustPolicy[] policies = [github.WithField("environment", "release").Policy("own"), On("@acme/*").Policy("wide")];
        var waiting = new PolicySet(policies, Inherits: true) { InheritsFrom = github.Now.AddSeconds(1) };
        var inForce = waiting with { InheritsFrom = github.Now };

        Assert.IsType<Decision.Refused>(Decide(waiting));
        Assert.IsType<Decision.Granted>(Decide(inForce));
        Assert.True(PolicyStanding.Of(Fixture.Pattern(Fixture.Package), waiting, github.Now, Options, _ => github.Definition)[1].IsShutOut);
    }

    // Otherwise whoever may end a strict policy could fall back to a lax one at once.
    [Fact]
    public void After_the_last_own_policy_ended_wider_ones_count_only_when_that_has_cooled_off()
    {
        var wide = On("@acme/*").Policy("wide");
        var justEnded = Live(github.WithField("environment", "release"), -10, 0, null);
        var endedLongAgo = Live(github.WithField("environment", "release"), -10, -2, null);

        Assert.IsType<Decision.Refused>(Decide(new PolicySet([justEnded, wide])));
        Assert.IsType<Decision.Granted>(Decide(new PolicySet([endedLongAgo, wide])));
        Assert.True(Standings([justEnded, wide]).Single().IsShutOut);
    }

    [Fact]
    public void A_policy_that_never_came_into_force_leaves_nothing_behind()
    {
        var wide = On("@acme/*").Policy("wide");
        var withdrawn = github.WithField("environment", "release").Policy("own")
            .WithLife(new PolicyLife("own", github.Now.AddDays(1)) { EffectiveAt = github.Now.AddDays(1), EndsAt = github.Now });

        Assert.IsType<Decision.Granted>(Decide(new PolicySet([withdrawn, wide])));
    }

    [Fact]
    public void A_policy_that_cannot_be_read_any_more_still_shuts_out_wider_ones() =>
        Assert.IsType<Decision.Refused>(Decide(new PolicySet([On("@acme/*").Policy("wide")]) { HasUnreadable = true }));

    private Decision Decide(PolicySet set) =>
        PolicyEvaluator.Evaluate(github.Question(TrustActions.Publish) with { Options = Options }, set, github.Claims());

    private IReadOnlyList<PolicyStanding> Standings(IReadOnlyList<TrustPolicy> policies) =>
        PolicyStanding.Of(Fixture.Pattern(Fixture.Package), new PolicySet(policies), github.Now, Options, _ => github.Definition);

    private Fixture On(string target) => github with { Draft = github.Draft with { Target = Fixture.Pattern(target) } };

    private Fixture Deny(string target) => github with
    {
        Draft = new PolicyDraft { Effect = PolicyEffect.Deny, Target = Fixture.Pattern(target), BindingId = github.Binding.Id, Actions = TrustActions.Publish },
    };

    private TrustPolicy Live(Fixture fixture, int armedDay, int? endsDay, int? usedDay)
    {
        var armed = github.Now.AddDays(armedDay);
        return fixture.Policy().WithLife(new PolicyLife("lives", armed) { EffectiveAt = armed, EndsAt = Day(endsDay), LastUsedAt = Day(usedDay) });
    }

    private DateTimeOffset? Day(int? day) => day is { } days ? github.Now.AddDays(days) : null;
}
