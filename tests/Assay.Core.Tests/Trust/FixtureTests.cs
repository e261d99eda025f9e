using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>Every payload of the fixture files. A new provider is a file there, and no line here.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Fixture.Files)
        {
            foreach (var trial in Fixture.File(file).Trials)
            {
                cases.Add(file, trial.Name);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_payload_has_its_outcome_from_signed_text_to_decision(string file, string name)
    {
        var trial = Fixture.File(file).Trials.Single(trial => trial.Name == name);

        var outcome = Fixture.From(trial).Verify() switch
        {
            Verification.Refused refused => refused.Refusal.Code,
            Verification.Verified verified => trial.Decide(verified.Claims),
            _ => "",
        };

        Assert.Equal(trial.Expect, outcome);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Each_definition_is_proved_by_its_fixtures_without_signatures(string provider) => Assert.Empty(Fixture.File(provider).Failures());

    /// <summary>A rule that no payload needs is a rule that nobody would miss when it is broken.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public void Without_any_one_rule_some_payload_comes_to_something_else(string provider)
    {
        var definition = ProviderCatalog.Shipped.Find(provider)!;
        foreach (var rule in definition.Refuse)
        {
            Assert.True(IsMissed(definition with { Refuse = [.. definition.Refuse.Where(other => other != rule)] }), $"{rule.Claim}: {rule.Because}");
            if (rule.Unless is not null)
            {
                var strict = definition.Refuse.Select(other => other == rule ? rule with { Unless = null } : other);
                Assert.True(IsMissed(definition with { Refuse = [.. strict] }), $"unless of {rule.Claim}: {rule.Because}");
            }
        }
        foreach (var rule in definition.Consistency)
        {
            Assert.True(IsMissed(definition with { Consistency = [.. definition.Consistency.Where(other => other != rule)] }), rule.Rule);
        }
    }

    private static bool IsMissed(ProviderDefinition without) =>
        Fixture.File(without.Id).Trials.Any(trial => (trial with { Definition = without }).Outcome() != trial.Expect);

    public static TheoryData<string> Providers() => [.. ProviderCatalog.Shipped.Ids];
}
