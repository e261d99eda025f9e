using System.Text.Json;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using CsCheck;

namespace Assay.Core.Tests.Trust;

public sealed class ConditionTests
{
    private static readonly Fixture GitHub = Fixture.GitHub();

    private static readonly Gen<Condition> Leaves = Gen.Select(
        Pick("environment", "actor_id", "event_name", "ref_type"), Pick("release", "12", "push", "tag", "other"), Gen.Int[0, 1],
        (claim, value, comparison) => (Condition)new Condition.Compare(
            new ValueReference(ValueSource.Claim, claim), comparison == 0 ? ConditionOperator.In : ConditionOperator.Like, [value]));

    private static readonly Gen<Condition> Conditions = Gen.Recursive<Condition>((depth, inner) => depth == 3 ? Leaves : Gen.Frequency(
        (3, Leaves),
        (1, inner.Array[1, 3].Select(parts => (Condition)new Condition.All(parts))),
        (1, inner.Array[1, 3].Select(parts => (Condition)new Condition.Any(parts))),
        (1, inner.Select(part => (Condition)new Condition.Not(part)))));

    [Theory]
    [InlineData("""{"claim":"actor_id","is":"12"}""", Truth.True)]
    [InlineData("""{"claim":"actor_id","in":["11","12"]}""", Truth.True)]
    [InlineData("""{"claim":"actor_id","in":["11"]}""", Truth.False)]
    [InlineData("""{"claim":"ref","like":"refs/tags/v*"}""", Truth.True)]
    [InlineData("""{"claim":"ref","like":"tags/v*"}""", Truth.False)]
    [InlineData("""{"derived":"workflow_file","is":"publish.yml"}""", Truth.True)]
    [InlineData("""{"derived":"workflow_file","is":"Publish.yml"}""", Truth.Unknown)]
    [InlineData("""{"claim":"environment","is":"release"}""", Truth.Unknown)]
    [InlineData("""{"not":{"claim":"environment","is":"release"}}""", Truth.Unknown)]
    [InlineData("""{"not":{"claim":"actor_id","is":"12"}}""", Truth.False)]
    [InlineData("""{"all":[{"claim":"actor_id","is":"12"},{"claim":"environment","is":"release"}]}""", Truth.Unknown)]
    [InlineData("""{"all":[{"claim":"actor_id","is":"13"},{"claim":"environment","is":"release"}]}""", Truth.False)]
    [InlineData("""{"any":[{"claim":"actor_id","is":"12"},{"claim":"environment","is":"release"}]}""", Truth.True)]
    [InlineData("""{"any":[{"claim":"actor_id","is":"13"},{"claim":"environment","is":"release"}]}""", Truth.Unknown)]
    [InlineData("""{"claim":"run_attempt","range":">=1"}""", Truth.False)]
    public void A_condition_has_one_of_three_values(string json, Truth expected) =>
        Assert.Equal(expected, ConditionOutcome.Of(Read(json), GitHub.Claims()));

    [Theory]
    [InlineData("^1.2.0", Truth.True)]
    [InlineData("<1.0.0", Truth.False)]
    public void A_range_compares_versions(string range, Truth expected)
    {
        var run = GitHub.With("ref_type", "1.2.3");

        Assert.Equal(expected, ConditionOutcome.Of(Read($$"""{"claim":"ref_type","range":"{{range}}"}"""), run.Claims()));
    }

    [Fact]
    public void A_condition_that_does_not_hold_is_explained()
    {
        var refused = When("""{"not":{"claim":"actor_id","in":["12"]}}""").Refused();

        Assert.Equal(RefusalCodes.ConditionNotMet, refused.Refusal.Code);
        Assert.Contains("expected not actor_id is '12'", refused.Refusal.PublicText, StringComparison.Ordinal);
        Assert.Contains("actor_id '12'", refused.Refusal.PublicText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"all":[]}""")]
    [InlineData("""{"all":{"claim":"actor_id","is":"12"}}""")]
    [InlineData("""{"claim":"actor_id"}""")]
    [InlineData("""{"claim":"actor_id","is":12}""")]
    [InlineData("""{"claim":"actor_id","is":"12","in":["12"]}""")]
    [InlineData("""{"claim":"actor_id","matches":"12"}""")]
    [InlineData("""{"claim":1,"is":"12"}""")]
    [InlineData("""{"not":{"not":{"not":{"not":{"claim":"actor_id","is":"12"}}}}}""")]
    public void Other_json_is_no_condition(string json)
    {
        Assert.False(ConditionJson.TryRead(JsonElement.Parse(json), out _, out var problem));
        Assert.Contains("'", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"claim":"sub","is":"x"}""", "sub")]
    [InlineData("""{"claim":"colour","is":"red"}""", "colour")]
    [InlineData("""{"derived":"colour","is":"red"}""", "colour")]
    [InlineData("""{"claim":"ref","like":"***"}""", "***")]
    [InlineData("""{"claim":"ref","like":"refs/tags/v{version}"}""", "{version}")]
    [InlineData("""{"claim":"ref","range":"not a range at all"}""", "not a range at all")]
    [InlineData("""{"claim":"ref","is":""}""", "ref")]
    [InlineData("""{"claim":"ref","in":[]}""", "ref")]
    public void A_condition_rests_on_declared_values_that_outsiders_do_not_choose(string json, string named)
    {
        var fixture = GitHub with { Draft = GitHub.Draft with { When = Read(json) } };

        Assert.False(TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, new PolicyLife("p", fixture.Now), out _, out var problems));
        Assert.Contains(problems, problem => problem.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public void A_condition_is_bounded()
    {
        var many = new Condition.All([.. Enumerable.Repeat(Read("""{"claim":"actor_id","is":"12"}"""), 33)]);
        var fixture = GitHub with { Draft = GitHub.Draft with { When = many } };

        Assert.False(TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, new PolicyLife("p", fixture.Now), out _, out _));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_condition_nests_at_most_four_deep(int nots, bool accepted)
    {
        var condition = Read("""{"claim":"actor_id","is":"12"}""");
        for (var index = 0; index < nots; index++)
        {
            condition = new Condition.Not(condition);
        }

        Assert.Equal(accepted, TrustPolicy.TryCreate(
            GitHub.Definition, GitHub.Draft with { When = condition }, new PolicyLife("p", GitHub.Now), out _, out _));
    }

    [Theory]
    [InlineData("actor_id", "a\nb")]
    [InlineData("web", "https://github.com")]
    public void A_condition_compares_no_constants_and_nothing_unprintable(string name, string value)
    {
        var source = name == "web" ? ValueSource.Constant : ValueSource.Claim;
        var when = new Condition.Compare(new ValueReference(source, name), ConditionOperator.In, [value]);

        Assert.False(TrustPolicy.TryCreate(GitHub.Definition, GitHub.Draft with { When = when }, new PolicyLife("p", GitHub.Now), out _, out _));
    }

    [Fact]
    public void Conditions_come_back_from_json_as_they_were() => Conditions.Sample(condition =>
        ConditionJson.TryRead(JsonElement.Parse(ConditionJson.Write(condition).ToJsonString()), out var back, out _) && back == condition);

    [Fact]
    public void Taking_a_claim_away_never_makes_an_unsatisfied_condition_true() =>
        Gen.Select(Conditions, Pick("environment", "actor_id", "ref_type")).Sample((condition, claim) =>
        {
            var with = GitHub.With("environment", "release");
            return ConditionOutcome.Of(condition, with.With(claim, null).Claims()) is not Truth.True
                || ConditionOutcome.Of(condition, with.Claims()) is Truth.True;
        }, iter: 500);

    [Fact]
    public void Not_is_its_own_inverse_and_all_and_any_are_dual() =>
        Gen.Select(Conditions, Conditions).Sample((one, other) =>
        {
            var claims = GitHub.Claims();
            return ConditionOutcome.Of(new Condition.Not(new Condition.Not(one)), claims) == ConditionOutcome.Of(one, claims)
                && ConditionOutcome.Of(new Condition.Not(new Condition.All([one, other])), claims)
                    == ConditionOutcome.Of(new Condition.Any([new Condition.Not(one), new Condition.Not(other)]), claims);
        }, iter: 300);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Fixture When(string json) => GitHub with { Draft = GitHub.Draft with { When = Read(json) } };

    private static Condition Read(string json) =>
        ConditionJson.TryRead(JsonElement.Parse(json), out var condition, out var problem) ? condition : throw new InvalidOperationException(problem);
}
