using System.Text.Json.Nodes;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>Claims that are kept with an attempt, and asked again later.</summary>
public sealed class KeptClaimsTests
{
    private const string Person = "a-persons-name";

    private readonly Fixture github = Fixture.GitHub();

    public static TheoryData<string> Providers() => [.. ProviderCatalog.Shipped.Ids];

    public static TheoryData<string, string> PersonalClaims()
    {
        var claims = new TheoryData<string, string>();
        foreach (var definition in ProviderCatalog.Shipped.Definitions)
        {
            foreach (var (name, _) in definition.Claims.Where(claim => claim.Value.Personal))
            {
                claims.Add(definition.Id, name);
            }
        }
        return claims;
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_run_that_was_kept_says_what_it_said_before(string provider)
    {
        var run = Fixture.Read(provider);
        var claims = run.Claims();

        var recalled = Recalled(run, Kept(claims));

        Assert.Equal(claims.Recital, recalled.Recital);
        Assert.Equal(claims.Recordable(), recalled.Recordable());
        Assert.Equal(claims.ProjectKey, recalled.ProjectKey);
        Assert.IsType<Decision.Granted>(PolicyEvaluator.Evaluate(run.Question(run.Draft.Actions), new PolicySet([run.Policy()]), recalled));
    }

    [Fact]
    public void A_personal_claim_is_not_read_back_although_it_was_kept()
    {
        var kept = Kept(github.Claims());
        kept["actor"] = Person;

        Assert.Null(Recalled(github, kept)["actor"]);
    }

    [Fact]
    public void What_the_binding_requires_must_have_been_kept()
    {
        var strict = github.Binding with { RequiredClaims = ["environment"] };

        var refusal = TokenVerification.TryRecall(Kept(github.Claims()), github.Definition, strict, out var claims);

        Assert.Equal(RefusalCodes.ClaimMissing, refusal?.Code);
        Assert.Null(claims);
    }

    [Theory]
    [MemberData(nameof(PersonalClaims))]
    public void Personal_claims_are_never_kept(string provider, string claim)
    {
        var run = Fixture.Read(provider);
        run = run.With(Assert.Single(run.Definition.Claims[claim].At), Person);
        var claims = run.Claims();

        var kept = Kept(claims);

        Assert.Equal(Person, claims[claim]);
        Assert.DoesNotContain(Person, kept.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(Recalled(run, kept)[claim]);
    }

    [Fact]
    public void Lists_are_kept_as_lists()
    {
        var circleci = Fixture.CircleCi();

        Assert.NotEmpty(Assert.IsType<JsonArray>(Kept(circleci.Claims())["context_ids"]));
    }

    [Fact]
    public void The_providers_rules_apply_again()
    {
        var kept = Kept(github.Claims());
        kept["event_name"] = "issue_comment";

        var refusal = TokenVerification.TryRecall(kept, github.Definition, github.Binding, out var claims);

        Assert.Equal(RefusalCodes.EventNotAllowed, refusal?.Code);
        Assert.Null(claims);
    }

    [Theory]
    [InlineData("repository_id", null, "claim-missing")]
    [InlineData("repository_id", "007", "claim-malformed")]
    [InlineData("repository_id", "", "claim-malformed")]
    [InlineData("ref_protected", "yes", "claim-malformed")]
    [InlineData("sha", "HEAD", "claim-malformed")]
    public void What_does_not_fit_the_definition_any_more_is_refused(string claim, string? value, string code)
    {
        var kept = Kept(github.Claims());
        kept[claim] = value;

        var refusal = TokenVerification.TryRecall(kept, github.Definition, github.Binding, out var claims);

        Assert.Equal(code, refusal?.Code);
        Assert.Null(claims);
    }

    [Fact]
    public void A_list_in_the_place_of_a_text_is_refused()
    {
        var kept = Kept(github.Claims());
        kept["repository_id"] = new JsonArray("74");

        Assert.Equal(RefusalCodes.ClaimMalformed, TokenVerification.TryRecall(kept, github.Definition, github.Binding, out _)?.Code);
    }

    // The text of a condition's comparison goes to the job's log, to the attempts and to simulations.
    [Fact]
    public void A_personal_claim_that_a_condition_asks_for_is_compared_and_not_shown()
    {
        var when = new Condition.Compare(new ValueReference(ValueSource.Claim, "actor"), ConditionOperator.In, ["hubot"]);
        var run = github.With("actor", Person) with { Draft = github.Draft with { When = when } };

        var refused = run.Refused();

        Assert.Equal(RefusalCodes.ConditionNotMet, refused.Refusal.Code);
        Assert.Contains("actor '(personal)'", refused.Refusal.PublicText, StringComparison.Ordinal);
        Assert.DoesNotContain(Person, $"{refused.Refusal} {string.Join(' ', refused.Trials.SelectMany(trial => trial.Comparisons))}", StringComparison.Ordinal);
    }

    private static JsonObject Kept(RunClaims claims) => JsonNode.Parse(KeptClaims.Write(claims).ToJsonString())!.AsObject();

    private static AssumedClaims Recalled(Fixture run, JsonObject kept)
    {
        var refusal = TokenVerification.TryRecall(kept, run.Definition, run.Binding, out var claims);
        Assert.Null(refusal);
        return claims!;
    }
}
