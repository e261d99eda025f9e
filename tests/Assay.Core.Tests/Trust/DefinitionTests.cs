using System.Text;
using System.Text.Json.Nodes;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

public sealed class DefinitionTests
{
    [Fact]
    public void Each_shipped_provider_has_its_fixtures()
    {
        Assert.Equal(Fixture.Files, ProviderCatalog.Shipped.Ids);
        Assert.All(ProviderCatalog.Shipped.Definitions, definition =>
        {
            Assert.Equal(64, definition.Digest.Length);
            Assert.Equal(2, definition.Revision);
        });
    }

    [Fact]
    public void The_digest_is_of_the_bytes()
    {
        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(Shipped()), out var one, out _));
        Assert.True(ProviderDefinition.TryRead(Encoding.UTF8.GetBytes(Shipped().ToJsonString() + " "), out var other, out _));

        Assert.NotEqual(one.Digest, other.Digest);
    }

    /// <summary>Members in a shape that the schema forbids too.</summary>
    public static TheoryData<string, string> MisshapenMembers() => new()
    {
        { "extra", "true" },
        { "id", "\"Git Hub\"" },
        { "id", "null" },
        { "revision", "0" },
        { "revision", "\"1\"" },
        { "displayName", "\"\"" },
        { "kind", "\"robot\"" },
        { "algorithms", "[]" },
        { "algorithms", "[\"HS256\"]" },
        { "algorithms", "[\"none\"]" },
        { "keys", """{"use":"enc"}""" },
        { "keys", """{"source":"static"}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}","segments":{"x":"regex"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"http://a.example/{x}","segments":{"x":"slug"}}]}""" },
        { "token", """{"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"requested"},"requireTimes":["iat"],"maxLifetimeSeconds":0,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"requested"},"requireTimes":["soon"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"fixed"},"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"requested","value":"x"},"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"any"},"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "const", """{"web":{"type":"script"}}""" },
        { "claims", """{"sub":{"type":"string","presence":"required","class":"T"}}""" },
        { "claims", """{"sub":{"at":["sub"],"bound":true,"type":"string","presence":"required","class":"T"}}""" },
        { "claims", """{"sub":{"at":["sub"],"type":"number","presence":"required","class":"T"}}""" },
        { "claims", """{"sub":{"at":["sub"],"type":"string","presence":"required","class":"X"}}""" },
        { "claims", """{"sub":{"at":["sub"],"type":"string","presence":"required","class":"T","format":"regex"}}""" },
        { "refuse", """[{"claim":"ref","code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"matches":["x"],"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":false,"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","in":[],"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","prefix":"x","code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"on":"sometimes","code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"unless":{"claim":"ref"},"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"unless":{"claim":"ref","in":["a"],"notIn":["b"]},"code":"run-not-allowed","because":"x"}]""" },
        { "consistency", """[{"rule":"script","claims":["ref"]}]""" },
        { "consistency", """[{"rule":"equal","claims":["ref"]}]""" },
        { "consistency", """[{"rule":"any-present","claims":["ref"]}]""" },
        { "consistency", """[{"rule":"begins-with","claims":["ref"]}]""" },
        { "consistency", """[{"rule":"begins-with","claims":["ref","sub"],"prefix":"x"}]""" },
        { "consistency", """[{"rule":"equal","claims":["ref","sub"],"prefix":"x"}]""" },
        { "derive", """{"workflow_file":{"use":"github.regex","inputs":{}}}""" },
        { "recital", """[{"label":"x","value":"nothing"}]""" },
        { "run", """{"project":"repository_id","links":{"x":"https://{claim.repository}"}}""" },
        { "run", """{"project":"repository_id","facts":{"colour":"claim.ref"}}""" },
        { "provenance", "{}" },
        { "provenance", """{"externalParameters":{"x":{"ref":"claim.ref"}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref"}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"ref","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","link":"{const.web}/x","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"link":"https://{claim.ref}","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":""}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"publicWhen":{"claim":"repository_visibility","notIn":["private"]}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"publicWhen":{"claim":"repository_visibility","in":[]}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"called":{"value":"derived.callee","link":"{const.web}/x"}}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/runs-{claim.run_id}"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"{claim.run_id}"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/{derived.callee}"}""" },
    };

    /// <summary>Members in the right shape that mean nothing, or mean harm.</summary>
    public static TheoryData<string, string> Mistakes() => new()
    {
        { "issuer", "{}" },
        { "issuer", """{"exact":["http://a.example"]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}","segments":{}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example/{x}y","segments":{"x":"slug"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://a.example//{x}","segments":{"x":"slug"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://{x}.a.example","segments":{"x":"path-part"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://{host}.a.example","segments":{"host":"slug"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://{x}.a.example","segments":{"x":"slug"},"const":{"nothing":"{issuer.x}"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://{x}.a.example","segments":{"x":"slug"},"const":{"web":"{issuer.y}"}}]}""" },
        { "issuer", """{"templates":[{"pattern":"https://{x}.a.example","segments":{"x":"slug"},"const":{"web":"{const.web}"}}]}""" },
        { "issuer", """{"operator":true,"reservedHosts":["*"]}""" },
        { "issuer", """{"operator":true,"reservedHosts":["*.*.example"]}""" },
        { "keys", """{"hosts":["*.example.com"]}""" },
        { "keys", """{"hosts":["https://a.example"]}""" },
        { "token", """{"audience":{"mode":"fixed","value":"{claim.sub}"},"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "token", """{"audience":{"mode":"fixed","value":"{issuer.nothing}"},"requireTimes":["iat"],"maxLifetimeSeconds":1,"maxAgeSeconds":1,"replay":"jti","minted":"job"}""" },
        { "const", """{"web":{"default":"javascript:x","type":"url"}}""" },
        { "refuse", """[{"claim":"nothing","present":true,"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"code":"unheard-of","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","matches":["a***b"],"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","matches":["{name}"],"code":"run-not-allowed","because":"x"}]""" },
        { "refuse", """[{"claim":"ref","present":true,"unless":{"claim":"nothing","present":true},"code":"run-not-allowed","because":"x"}]""" },
        { "consistency", """[{"rule":"equal","claims":["ref","nothing"]}]""" },
        { "consistency", """[{"rule":"begins-with","claims":["ref"],"prefix":"{claim.sub}"}]""" },
        { "consistency", """[{"rule":"begins-with","claims":["ref"],"prefix":"{const.nothing}"}]""" },
        { "consistency", """[{"rule":"issuer-segment-equals","claims":["ref"],"segment":"nothing"}]""" },
        { "derive", """{"workflow_file":{"use":"github.workflow_ref","inputs":{"value":"claim.nothing","repository":"claim.repository","ref":"claim.ref","sha":"claim.sha"}}}""" },
        { "recital", """[{"label":"x","value":"claim.nothing"}]""" },
        { "recital", """[{"label":"x","value":"claim.actor"}]""" },
        { "run", """{"project":"head_ref"}""" },
        { "run", """{"project":"sub"}""" },
        { "run", """{"project":"repository_id","owner":"actor"}""" },
        { "run", """{"project":"repository_id","run":"actor"}""" },
        { "run", """{"project":"repository_id","run":"nothing"}""" },
        { "run", """{"project":"repository_id","facts":{"ref":"claim.sub"}}""" },
        { "run", """{"project":"repository_id","facts":{"actor":"claim.actor"}}""" },
        { "run", """{"project":"repository_id","links":{"x":"{const.web}{claim.repository:path}"}}""" },
        { "run", """{"project":"repository_id","links":{"x":"{const.web}.{claim.repository_owner}/x"}}""" },
        { "run", """{"project":"repository_id","links":{"x":"{claim.repository}/{const.web}/"}}""" },
        { "run", """{"project":"repository_id","links":{"x":"{const.web}/{claim.actor}"}}""" },
        { "run", """{"project":"repository_id","links":{"x":"{const.web}/{claim.nothing}"}}""" },
        { "provenance", """{"externalParameters":{}}""" },
        { "provenance", """{"externalParameters":{"x":{}}}""" },
        { "provenance", """{"externalParameters":{"a b":{"ref":{"value":"claim.ref","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"a.b":{"value":"claim.ref","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.nothing","means":"Nothing."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"derived.nothing","means":"Nothing."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.sub","means":"Chosen by outsiders."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"who":{"value":"claim.actor","means":"A person."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"who":{"value":"claim.actor_id","means":"A person."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"who":{"link":"{const.web}/{claim.actor}","means":"A person."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"repo":{"link":"{const.web}{claim.repository:path}","means":"The repository."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"repo":{"link":"{const.web}/{claim.repository:path}","prefix":"x","means":"The repository."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"internalParameters":{"identityToken":{"ref":{"value":"claim.ref","means":"The ref."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"internalParameters":{"x":{"who":{"value":"claim.actor_id","means":"A person."}}}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{"ref":"claim.ref"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{"link":"{const.web}/x","address":"claim.repository"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{"link":"{const.web}.{claim.repository_owner}/x"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{"address":"claim.actor"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"source":{"commit":"claim.nothing"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"called":{"value":"derived.nothing","notIn":[],"link":"{const.web}/x","commit":"claim.sha"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"called":{"value":"derived.callee","notIn":[],"link":"{const.web}/x","commit":"claim.actor_id"}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"invocation":"{const.web}/{claim.actor_id}"}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"invocation":"{const.web}{claim.run_id}"}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"publicWhen":{"claim":"nothing","in":["public"]}}""" },
        { "provenance", """{"externalParameters":{"x":{"ref":{"value":"claim.ref","means":"The ref."}}},"publicWhen":{"claim":"sub","in":["public"]}}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/actions/runs"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/runs/{claim.nothing}"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/runs/{claim.sub}"}""" },
        { "sigstore", """{"repository":"repository","owner":"repository_owner_id","commit":"sha","hostedRunner":"github-hosted","invocation":"/runs/{claim.run_id}"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner","commit":"sha","hostedRunner":"github-hosted","invocation":"/runs/{claim.run_id}"}""" },
        { "sigstore", """{"repository":"repository_id","owner":"repository_owner_id","commit":"ref","hostedRunner":"github-hosted","invocation":"/runs/{claim.run_id}"}""" },
    };

    [Theory]
    [MemberData(nameof(MisshapenMembers))]
    [MemberData(nameof(Mistakes))]
    public void A_mistaken_definition_does_not_load(string member, string value)
    {
        var json = Shipped();
        json[member] = JsonNode.Parse(value);

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.NotEmpty(problems);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_by_its_place(string member, string value)
    {
        var json = Shipped();
        json[member] = JsonNode.Parse(value);

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Contains(problems, text => text.StartsWith(member, StringComparison.Ordinal));
    }

    [Fact]
    public void A_definition_without_claims_does_not_load()
    {
        var json = Shipped();
        json["claims"] = new JsonObject();

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out _));
    }

    [Theory]
    [InlineData("claims", "repository_id", "bound", "true", "at least one member name")]
    [InlineData("claims", "repository_id", "type", "\"scalar\"", "only bound claims are scalar")]
    [InlineData("claims", "repository_id", "class", "\"M\"", "class S")]
    [InlineData("claims", "repository_id", "presence", "\"optional\"", "must be a required claim")]
    [InlineData("claims", "repository_owner_id", "personal", "true", "policy.pin: 'repository_owner_id'")]
    [InlineData("claims", "ref_protected", "class", "\"T\"", "chosen by outsiders")]
    public void A_claim_that_cannot_carry_what_rests_on_it_is_named(string group, string name, string member, string value, string problem)
    {
        var json = Shipped();
        json[group]![name]![member] = JsonNode.Parse(value);

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Contains(problems, text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"claim":"repository","byName":true}""", "must be given at creation")]
    [InlineData("""{"claim":"repository_id","byName":true,"atCreation":true}""", "class M")]
    [InlineData("""{"claim":"repository","atCreation":true}""", "class S")]
    [InlineData("""{"claim":"actor","byName":true,"atCreation":true}""", "class M")]
    [InlineData("""{"claim":"enterprise","byName":true,"atCreation":true}""", "required claim")]
    [InlineData("""{"claim":"repository","byName":true,"atCreation":true,"field":"workflow"}""", "no field 'workflow'")]
    public void A_name_is_an_identity_only_where_the_definition_says_so_and_the_owner_gives_it(string pin, string problem)
    {
        var json = Shipped();
        json["policy"]!["pin"]!.AsArray().Add(JsonNode.Parse(pin));

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Contains(problem, string.Join(' ', problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_given_at_creation_may_be_the_identity()
    {
        var json = Shipped();
        json["policy"]!["pin"]!.AsArray().Add(JsonNode.Parse("""{"claim":"repository","byName":true,"atCreation":true,"field":"repository"}"""));

        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out _));
    }

    [Theory]
    [InlineData("""["push"]""")]
    [InlineData("""["pull_request","push"]""")]
    public void Values_for_reading_are_beside_the_allowed_ones(string values)
    {
        var json = Shipped();
        var events = json["policy"]!["fields"]!.AsArray().Single(field => field!["name"]!.GetValue<string>() == "events")!;
        events["allowedForRead"] = JsonNode.Parse(values);

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Contains("allowedForRead", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claim.sub", "chosen by outsiders")]
    [InlineData("claim.nothing", "there is no claim.nothing")]
    [InlineData("derived.nothing", "there is no derived.nothing")]
    [InlineData("const.web", "there is no const.web")]
    public void A_field_cannot_rest_on_a_trap_a_constant_or_on_nothing(string value, string problem)
    {
        var json = Shipped();
        json["policy"]!["fields"]![0]!["matches"] = value;

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_is_declared_once()
    {
        var json = Shipped();
        var fields = json["policy"]!["fields"]!.AsArray();
        fields.Add(fields[0]!.DeepClone());

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Equal("policy.fields.repository: declared twice.", Assert.Single(problems));
    }

    [Theory]
    [InlineData("proved", "whenField", "nothing", "there is no field 'nothing'")]
    [InlineData("proved", "claim", "nothing", "there is no claim 'nothing'")]
    [InlineData("proved", "claim", "sub", "chosen by outsiders")]
    [InlineData("declaredBy", "field", "nothing", "there is no field 'nothing'")]
    public void A_gate_rests_on_fields_and_claims_that_there_are(string group, string member, string value, string problem)
    {
        var json = Shipped();
        json["policy"]!["gate"]![group]![0]![member] = value;

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.StartsWith($"policy.gate.{group}: ", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Contains(problem, problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha", null, "not a built-in extractor with these inputs")]
    [InlineData("caller", "claim.workflow_ref", "not a built-in extractor with these inputs")]
    [InlineData("sha", "claim.nothing", "there is no claim.nothing")]
    [InlineData("sha", "derived.callee", "there is no derived.callee")]
    public void A_derived_value_is_made_of_all_that_it_needs_and_of_no_derived_one(string input, string? value, string problem)
    {
        var json = Shipped();
        var inputs = json["derive"]!["workflow_file"]!["inputs"]!.AsObject();
        inputs.Remove(input);
        if (value is not null)
        {
            inputs[input] = value;
        }

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.StartsWith("derive.workflow_file: ", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Contains(problem, problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_made_of_personal_values_is_personal()
    {
        var json = Shipped();
        json["derive"]!["workflow_file"]!["inputs"]!["value"] = "claim.actor";

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
        Assert.Equal(["provenance.externalParameters.workflow.path", "recital", "run.facts.workflow", "run.links.workflow"], problems.Select(problem => problem.Split(':')[0]).Order());
    }

    [Fact]
    public void A_name_cannot_be_pinned()
    {
        var json = Shipped();
        json["policy"]!["pin"]![0]!["claim"] = "repository";

        Assert.False(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out var problems));
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
        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(Shipped()), out var copy, out _));

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
        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(json), out var definition, out _));

        Assert.True(ProviderCatalog.Shipped.TryAdd(definition, out var catalog, out _));
        Assert.Equal(ProviderCatalog.Shipped.Ids.Append("forge").Order(), catalog.Ids);
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

    private static JsonObject Shipped() => Definitions.Json("github");
}
