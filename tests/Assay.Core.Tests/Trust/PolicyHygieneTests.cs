using Assay.Trust.Evaluation;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

/// <summary>What owners should look at.</summary>
public sealed class PolicyHygieneTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void A_policy_in_use_with_a_proved_gate_and_known_ids_has_no_findings() =>
        Assert.Empty(Codes(github, armedDay: -100, usedDay: -1));

    [Theory]
    [InlineData(-1, null, true, "never-used")]
    [InlineData(-1, null, false, "never-used,expires-soon,unpinned")]
    [InlineData(-8, null, false, "inert,unpinned")]
    [InlineData(-200, -91, true, "unused-for-long")]
    [InlineData(-800, -355, true, "unused-for-long,expires-soon")]
    [InlineData(-800, -366, true, "idle")]
    [InlineData(1, null, true, "")]
    public void Use_is_looked_at(int armedDay, int? usedDay, bool isPinned, string expected) =>
        Assert.Equal(expected, string.Join(',', Codes(isPinned ? github : github.Unpinned(), armedDay, usedDay)));

    [Fact]
    public void A_gate_that_nobody_proves_is_pointed_out()
    {
        var any = github with { Draft = github.Draft with { Actions = TrustActions.Stage, Gate = new Gate.Any() } };
        var reading = github with { Draft = github.Draft with { Actions = TrustActions.Read } };

        Assert.Equal(["gate-declared"], Codes(github.WithField("environment", "release"), -100, -1));
        Assert.Equal(["gate-any"], Codes(any, -100, -1));
        Assert.Empty(Codes(reading, -100, -1));
    }

    [Fact]
    public void Identity_by_name_is_pointed_out()
    {
        var byName = github.Definition with
        {
            Policy = github.Definition.Policy with { Pin = [.. github.Definition.Policy.Pin.Select(pin => pin with { ByName = true })] },
        };

        var findings = PolicyHygiene.Findings(Live(github, -100, -1), byName, PolicyFacts.None, github.Now, EvaluatorOptions.Default);

        Assert.Equal("names-only", Assert.Single(findings).Code);
    }

    [Fact]
    public void A_wide_policy_that_only_ever_published_one_package_could_be_narrower()
    {
        var wide = Live(github with { Draft = github.Draft with { Target = Fixture.Pattern("@acme/*") } }, -100, -1);
        var own = Live(github, -100, -1);

        Assert.Equal(["wider-than-used"], Codes(wide, new PolicyFacts(false, ["@acme/x"])));
        Assert.Empty(Codes(wide, new PolicyFacts(false, ["@acme/x", "@acme/y"])));
        Assert.Empty(Codes(wide, PolicyFacts.None));
        Assert.Empty(Codes(own, new PolicyFacts(false, ["@acme/x"])));
    }

    [Fact]
    public void Whoever_has_left_answers_for_nothing_be_it_a_policy_that_allows_or_one_that_denies()
    {
        var facts = new PolicyFacts(CreatorHasLeft: true, []);
        var deny = github with
        {
            Draft = new PolicyDraft { Effect = PolicyEffect.Deny, Target = Fixture.Pattern("@acme/*"), BindingId = github.Binding.Id, Actions = TrustActions.Publish },
        };

        Assert.Equal(["creator-has-left"], Codes(Live(github, -100, -1), facts));
        Assert.Equal(["creator-has-left"], Codes(Live(deny, -1000, null), facts));
        Assert.Empty(Codes(Live(deny, -1000, null), PolicyFacts.None));
    }

    [Fact]
    public void What_has_ended_is_history()
    {
        var ended = github.Unpinned().Policy().WithLife(new PolicyLife("p", github.Now.AddDays(-3)) { EndsAt = github.Now });

        Assert.Empty(Codes(ended, new PolicyFacts(CreatorHasLeft: true, [])));
    }

    private IReadOnlyList<string> Codes(Fixture fixture, int armedDay, int? usedDay) => Codes(Live(fixture, armedDay, usedDay), PolicyFacts.None);

    private IReadOnlyList<string> Codes(TrustPolicy policy, PolicyFacts facts) =>
        [.. PolicyHygiene.Findings(policy, github.Definition, facts, github.Now, EvaluatorOptions.Default).Select(finding => finding.Code)];

    private TrustPolicy Live(Fixture fixture, int armedDay, int? usedDay)
    {
        var armed = github.Now.AddDays(armedDay);
        return fixture.Policy().WithLife(
            new PolicyLife("p", armed) { EffectiveAt = armed, LastUsedAt = usedDay is { } days ? github.Now.AddDays(days) : null });
    }
}
