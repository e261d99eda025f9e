using System.Text;
using System.Text.Json.Nodes;
using Assay.Trust.Evaluation;
using Assay.Trust.Fixtures;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>A provider that nobody has heard of: one definition file, one fixture file, and no code.</summary>
public sealed class OperatorDefinitionTests
{
    private static readonly ProviderCatalog Shipped = ProviderCatalog.Shipped;

    [Fact]
    public void A_made_up_provider_loads_by_two_files()
    {
        Assert.True(OperatorDefinition.TryAdd(Shipped, Bytes("woodland"), Bytes("woodland.fixtures"), out var catalog, out _));

        Assert.Equal("Woodland CI", catalog.Find("woodland")?.DisplayName);
        Assert.Null(Shipped.Find("woodland"));
        Assert.Null(catalog.ProblemWithIssuer(catalog.Find("woodland")!, "https://sherwood.woodland.example/id", allowLoopbackHttp: false));
        Assert.NotNull(catalog.ProblemWithIssuer(catalog.Find("woodland")!, "https://other.example", allowLoopbackHttp: false));
        Assert.Contains("reserved", catalog.ProblemWithIssuer(catalog.Find("gitlab")!, "https://id.woodland.example", allowLoopbackHttp: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_on_it_grant_and_refuse_signed_tokens()
    {
        var woodland = Woodland();

        Assert.Equal("7", woodland.Claims().ProjectId);
        Assert.Equal("41", woodland.Claims().RunId);
        Assert.Equal("https://woodland.example/trees/oak", woodland.Claims().Link("project"));
        Assert.IsType<Decision.Granted>(woodland.Decide());
        Assert.Equal("release-gate-not-met", woodland.With("fenced", false).Refused().Refusal.Code);
        Assert.Equal(2, woodland.Unpinned().Granted().PinsToLearn.Count);
    }

    [Fact]
    public void Its_definition_fits_the_schema() =>
        Assert.True(new JsonSchema(System.Text.Json.JsonDocument.Parse(ProviderDefinition.OpenSchema()).RootElement)
            .Accepts(System.Text.Json.JsonElement.Parse(Bytes("woodland"))));

    [Fact]
    public void Without_a_grant_and_a_refusal_it_does_not_load()
    {
        var fixtures = Json("woodland.fixtures");
        var cases = fixtures["cases"]!.AsArray();
        foreach (var item in cases.Where(item => item!["expect"]!.GetValue<string>() != "granted").ToList())
        {
            cases.Remove(item);
        }

        Assert.Contains("at least one", Problem(Json("woodland"), fixtures), StringComparison.Ordinal);
        cases.Clear();
        Assert.Contains("at least one", Problem(Json("woodland"), fixtures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse", "[]", "'winter' comes to 'event-not-allowed'")]
    [InlineData("id", "\"wood\"", "no provider 'woodland'")]
    [InlineData("id", "\"github\"", "already a provider")]
    [InlineData("issuer", """{"exact":["https://gitlab.com/x"]}""", "reserved for provider 'gitlab'")]
    [InlineData("issuer", """{"exact":["https://token.actions.corp.ghe.com"]}""", "reserved for provider 'github'")]
    [InlineData("issuer", """{"exact":["https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"]}""", "reserved for provider 'kubernetes'")]
    [InlineData("issuer", """{"templates":[{"pattern":"https://{a}.semaphoreci.com","segments":{"a":"slug"}}]}""", "reserved for provider 'semaphore'")]
    [InlineData("issuer", """{"operator":true,"reservedHosts":["*.com"]}""", "reserved for provider")]
    [InlineData("issuer", """{"operator":true,"reservedHosts":["gitlab.com"]}""", "reserved for provider 'gitlab'")]
    [InlineData("issuer", """{"operator":true,"reservedHosts":["x.ghe.com"]}""", "reserved for provider 'github'")]
    public void A_definition_that_is_not_proved_or_takes_what_is_taken_does_not_load(string member, string value, string problem)
    {
        var definition = Json("woodland");
        definition[member] = JsonNode.Parse(value);

        Assert.Contains(problem, Problem(definition, Json("woodland.fixtures")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id.woodland.example")]
    [InlineData("*.woodland.example")]
    public void A_host_that_another_provider_uses_cannot_be_reserved_even_if_it_reserves_none(string host)
    {
        var woodland = Json("woodland");
        woodland["issuer"]!.AsObject().Remove("reservedHosts");
        Assert.True(OperatorDefinition.TryAdd(Shipped, Definitions.Bytes(woodland), Bytes("woodland.fixtures"), out var catalog, out _));
        var moorland = Json("woodland");
        moorland["id"] = "moorland";
        moorland["issuer"] = new JsonObject { ["exact"] = new JsonArray("https://id.moorland.example"), ["reservedHosts"] = new JsonArray(host) };

        Assert.False(OperatorDefinition.TryAdd(catalog, Definitions.Bytes(moorland), Bytes("woodland.fixtures"), out _, out var problems));
        Assert.Equal($"'{host}' is reserved for provider 'woodland'.", Assert.Single(problems));
    }

    [Fact]
    public void The_fixtures_of_another_provider_prove_nothing()
    {
        Assert.False(OperatorDefinition.TryAdd(Shipped, Bytes("woodland"), Fixture.Bytes("github"), out var catalog, out var problems));

        Assert.Null(catalog);
        Assert.Equal("The fixtures are of provider 'github', the definition is 'woodland'.", Assert.Single(problems));
    }

    [Fact]
    public void A_template_wide_enough_to_catch_anothers_issuer_does_not_get_it()
    {
        var definition = Json("woodland");
        definition["issuer"]!["templates"]!.AsArray().Add(JsonNode.Parse("""{"pattern":"https://{a}.{b}.{c}.com","segments":{"a":"slug","b":"slug","c":"slug"}}"""));
        Assert.True(OperatorDefinition.TryAdd(Shipped, Definitions.Bytes(definition), Bytes("woodland.fixtures"), out var catalog, out _));

        Assert.Contains(
            "reserved", catalog.ProblemWithIssuer(catalog.Find("woodland")!, "https://token.actions.githubusercontent.com", false), StringComparison.Ordinal);
        Assert.Null(catalog.ProblemWithIssuer(catalog.Find("github")!, "https://token.actions.githubusercontent.com", false));
    }

    [Theory]
    [InlineData("""{"expect":"maybe"}""", "neither")]
    [InlineData("""{"policy":{"fields":{"colour":["red"]}}}""", "no field 'colour'")]
    [InlineData("""{"policy":{"actions":["fly"]}}""", "actions")]
    [InlineData("""{"policy":{"gate":["tree"]}}""", "gate")]
    [InlineData("""{"binding":{"issuer":"https://elsewhere.example"}}""", "no issuer")]
    [InlineData("""{"binding":{"issuer":"https://id.woodland.example","claims":{"ring":["x"]}}}""", "no claim 'ring'")]
    [InlineData("""{"more":true}""", "more")]
    [InlineData("""{"name":"winter"}""", "several fixtures named 'winter'")]
    public void A_mistaken_fixture_is_explained(string change, string problem)
    {
        var fixtures = Json("woodland.fixtures");
        fixtures["cases"]![1] = MergePatch.Apply(fixtures["cases"]![1]!.AsObject(), JsonNode.Parse(change)!.AsObject());

        Assert.Contains(problem, Problem(Json("woodland"), fixtures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("nothing")]
    [InlineData("{}")]
    public void Fixtures_that_are_no_fixtures_are_explained(string text)
    {
        Assert.False(OperatorDefinition.TryAdd(Shipped, Bytes("woodland"), Encoding.UTF8.GetBytes(text), out _, out var problems));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void An_error_names_its_place()
    {
        var definition = Json("woodland");
        definition["claims"]!["ring"]!["type"] = "number";

        Assert.Contains("$.claims.ring.type", Problem(definition, Json("woodland.fixtures")), StringComparison.Ordinal);
    }

    private static Fixture Woodland()
    {
        Assert.True(OperatorDefinition.TryAdd(Shipped, Bytes("woodland"), Bytes("woodland.fixtures"), out var catalog, out _));
        Assert.True(DefinitionFixtures.TryRead(Bytes("woodland.fixtures"), catalog, out var fixtures, out _));
        return Fixture.From(fixtures.Valid);
    }

    private static string Problem(JsonObject definition, JsonObject fixtures)
    {
        Assert.False(OperatorDefinition.TryAdd(Shipped, Definitions.Bytes(definition), Definitions.Bytes(fixtures), out _, out var problems));
        return string.Join(' ', problems);
    }

    private static JsonObject Json(string name) => JsonNode.Parse(Bytes(name))!.AsObject();

    private static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Trust", "MadeUp", name + ".json"));
}
