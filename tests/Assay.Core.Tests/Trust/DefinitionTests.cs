using System.Text;
using System.Text.Json.Nodes;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

public sealed class DefinitionTests
{
    [Fact]
    public void Three_providers_are_shipped()
    {
        Assert.Equal(["circleci", "github", "gitlab"], ProviderCatalog.Shipped.Ids);
        Assert.All(ProviderCatalog.Shipped.Definitions, definition =>
        {
            Assert.Equal(64, definition.Digest.Length);
            Assert.Equal(1, definition.Revision);
        });
    }

    [Fact]
    public void The_digest_is_of_the_bytes()
    {
        Assert.True(ProviderDefinition.TryRead(Bytes(Shipped()), out var one, out _));
        Assert.True(ProviderDefinition.TryRead(Encoding.UTF8.GetBytes(Shipped().ToJsonString() + " "), out var other, out _));

        Assert.NotEqual(one.Digest, other.Digest);
    }

    public static TheoryData<string, string> Mistakes() => new()
    {
        { "extra", "true" },
        { "id", "\"Git Hub\"" },
        { "id", "null" },
        { "algorithms", "[]" },
        { "algorithms", "[\"HS256\"]" },
        { "algorithms", "[\"none\"]" },
        { "issuer", "{}" },
        { "issuer", """{"exact":["http://a.example"]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}","segments":{}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}y","segments":{"x":"slug"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}","segments":{"x":"regex"}}]}""" },
        { "token", """{"requireTimes":["iat"],"maxLifetimeSeconds":0,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"requireTimes":["soon"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "const", """{"web":{"default":"javascript:x","type":"url"}}""" },
        { "claims", "{}" },
        { "refuse", """[{"claim":"nothing","present":true,"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"prefix":"x","code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"code":"unheard-of","because":"x"}]""" },
        { "consistency", """[{"rule":"script","claims":["ref"]}]""" },
        { "consistency", """[{"rule":"equal","claims":["ref"]}]""" },
        { "derive", """{"workflow_file":{"use":"github.regex","inputs":{}}}""" },
        { "recital", """[{"label":"x","value":"claim.nothing"}]""" },
        { "recital", """[{"label":"x","value":"nothing"}]""" },
        { "run", """{"project":"head_ref","owner":"repository_owner_id","run":"run_id"}""" },
        { "run", """{"project":"run_id","owner":"run_id","run":"run_id","links":{"x":"https://{claim.repository}"}}""" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistaken_definition_does_not_load(string member, string value)
    {
        var json = Shipped();
        json[member] = JsonNode.Parse(value);

        Assert.False(ProviderDefinition.TryRead(Bytes(json), out _, out var problems));
        Assert.NotEmpty(problems);
    }

    [Theory]
    [InlineData("sub", "chosen by outsiders")]
    [InlineData("nothing", "there is no claim.nothing")]
    public void A_field_cannot_rest_on_a_trap_or_on_nothing(string claim, string problem)
    {
        var json = Shipped();
        json["policy"]!["fields"]![0]!["matches"] = "claim." + claim;

        Assert.False(ProviderDefinition.TryRead(Bytes(json), out _, out var problems));
        Assert.Contains(problems, text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_cannot_be_pinned()
    {
        var json = Shipped();
        json["policy"]!["pin"]![0]!["claim"] = "repository";

        Assert.False(ProviderDefinition.TryRead(Bytes(json), out _, out var problems));
        Assert.Contains("class S", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicate_members_and_texts_that_are_not_json_do_not_load()
    {
        Assert.False(ProviderDefinition.TryRead("""{"id":"a","id":"b"}"""u8, out _, out _));
        Assert.False(ProviderDefinition.TryRead("nothing"u8, out _, out _));
        Assert.False(ProviderDefinition.TryRead("null"u8, out _, out _));
    }

    [Fact]
    public void An_operators_definition_cannot_take_a_shipped_id_or_host()
    {
        Assert.True(ProviderDefinition.TryRead(Bytes(Shipped()), out var copy, out _));

        Assert.False(ProviderCatalog.Shipped.TryAdd(copy, out _, out var problems));
        Assert.Contains(problems, problem => problem.Contains("already", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("reserved", StringComparison.Ordinal));
    }

    [Fact]
    public void An_operators_definition_is_added_beside_the_shipped_ones()
    {
        var json = Shipped();
        json["id"] = "forge";
        json["issuer"] = JsonNode.Parse("""{"exact":["https://forge.example"]}""");
        json["consistency"] = new JsonArray();
        Assert.True(ProviderDefinition.TryRead(Bytes(json), out var definition, out _));

        Assert.True(ProviderCatalog.Shipped.TryAdd(definition, out var catalog, out _));
        Assert.Equal(4, catalog.Ids.Count());
        Assert.Null(ProviderCatalog.Shipped.Find("forge"));
        Assert.NotNull(catalog.ProblemWithIssuer(definition, "https://other.example", allowLoopbackHttp: false));
    }

    [Fact]
    public void Every_refusal_code_is_explained()
    {
        var codes = typeof(RefusalCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(codes.Order(), RefusalCodes.Meanings.Keys.Order());
        Assert.All(codes, code => Assert.Matches("^[a-z]+(-[a-z]+)+$", code));
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static JsonObject Shipped()
    {
        var assembly = typeof(ProviderCatalog).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("github.json", StringComparison.Ordinal)))!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
