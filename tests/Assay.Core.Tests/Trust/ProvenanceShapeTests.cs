using System.Text.Json.Nodes;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>What the shipped definitions state of runs, and that none of it is about a person.</summary>
public sealed class ProvenanceShapeTests
{
    public static TheoryData<string> Providers() => [.. ProviderCatalog.Shipped.Ids];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Each_shipped_definition_says_what_is_stated_and_what_it_means(string provider)
    {
        var shape = ProviderCatalog.Shipped.Find(provider)!.Provenance!;

        Assert.NotEmpty(shape.ExternalParameters);
        Assert.All(Values(shape), stated =>
        {
            Assert.EndsWith(".", stated.Means, StringComparison.Ordinal);
            Assert.True(stated.Means.All(character => character is >= ' ' and <= '~'));
        });
    }

    /// <summary>The list is written down: a claim about a person that a definition adds must be added here by somebody who has thought of it.</summary>
    [Fact]
    public void These_claims_about_persons_are_declared_and_none_of_them_is_stated()
    {
        // Google's service accounts are no persons, but their address is spelled like one's: their id is stated instead.
        var persons =
            from definition in ProviderCatalog.Shipped.Definitions
            from claim in definition.Claims
            where PersonClaims.Has(definition, new ValueReference(ValueSource.Claim, claim.Key))
            select $"{definition.Id}.{claim.Key}";

        Assert.Equal(
            [
                "activestate.actor", "activestate.actor_id", "bitbucket.account_uuid", "circleci.sub", "codefresh.initiator", "codefresh.scm_user_name",
                "codefresh.sub", "forgejo.actor", "forgejo.actor_id", "github.actor", "github.actor_id", "gitlab.user_access_level", "gitlab.user_email",
                "gitlab.user_id", "gitlab.user_login", "google.email", "harness.triggered_by_email", "harness.triggered_by_name", "semaphore.actor", "teamcity.triggered_by",
            ],
            persons.Order(StringComparer.Ordinal));
        Assert.All(persons, claim => Assert.DoesNotContain($"claim.{claim.Split('.')[1]}\"", Stated(claim.Split('.')[0]), StringComparison.Ordinal));
        Assert.All(persons, claim => Assert.DoesNotContain($"{{claim.{claim.Split('.')[1]}", Stated(claim.Split('.')[0]), StringComparison.Ordinal));
    }

    // An author who forgets to mark a person's claim does not get it into statements that stay for ever.
    [Theory]
    [InlineData("user_email", "user_email")]
    [InlineData("who", "user_email")]
    [InlineData("who", "preferred_username")]
    [InlineData("groups_direct", "x")]
    public void A_claim_with_a_persons_name_is_refused_although_it_is_not_marked(string claim, string place)
    {
        var json = Definitions.Json("github");
        json["claims"]![claim] = JsonNode.Parse($$"""{"at":["{{place}}"],"type":"string","presence":"optional","class":"C"}""");
        json["provenance"]!["internalParameters"]!["github"]!["who"] = JsonNode.Parse($$"""{"value":"claim.{{claim}}","means":"A person."}""");

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.StartsWith("provenance.internalParameters.github.who", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_made_of_a_persons_claim_is_about_the_person()
    {
        var json = Definitions.Json("github");
        json["derive"]!["callee"]!["inputs"]!["caller"] = "claim.actor_id";

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.StartsWith("provenance.called", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_without_a_type_inside_is_not_stated()
    {
        var json = Definitions.Json("gitlab");
        json["provenance"]!["internalParameters"]!["gitlab"]!["x"] = JsonNode.Parse("""{"value":"claim.job_config","means":"Anything."}""");

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.StartsWith("provenance.internalParameters.gitlab.x", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_further_in_is_of_what_it_stands_in() =>
        Assert.False(PersonClaims.Has(ProviderCatalog.Shipped.Find("kubernetes")!, new ValueReference(ValueSource.Claim, "service_account")));

    [Fact]
    public void A_definition_need_not_state_anything()
    {
        var json = Definitions.Json("github");
        json.Remove("provenance");

        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(json), out var definition, out _));
        Assert.Null(definition.Provenance);
    }

    private static string Stated(string provider) => Definitions.Json(provider)["provenance"]!.ToJsonString();

    private static IEnumerable<StatedValue> Values(ProvenanceShape shape) =>
        shape.ExternalParameters.Concat(shape.InternalParameters).SelectMany(group => group.Value.Values);
}
