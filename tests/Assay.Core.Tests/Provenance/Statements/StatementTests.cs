using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Statements;

namespace Assay.Core.Tests.Provenance.Statements;

/// <summary>The bytes that a registry signs.</summary>
public sealed class StatementTests
{
    private const string Registry = "https://packages.example.test";
    private const string Commit = "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19";

    private static readonly StatementSubject Subject = Signed.Subject;

    private static readonly StatedRun Run = new()
    {
        Provider = "forge",
        Issuer = "https://forge.example",
        DefinitionRevision = 3,
        ExternalParameters = new JsonObject { ["workflow"] = new JsonObject { ["ref"] = "refs/tags/v1", ["path"] = "a.yml" } },
        InternalParameters = new JsonObject { ["forge"] = new JsonObject { ["event"] = "push" } },
        Dependencies = [new StatedDependency("source", "git+https://forge.example/a/b@refs/tags/v1", Commit)],
        InvocationId = "https://forge.example/runs/1",
        TokenId = "a-token",
    };

    [Fact]
    public void A_publish_statement_is_these_bytes() => Assert.Equal(
        $$"""{"_type":"https://in-toto.io/Statement/v0.1","predicate":{"name":"@acme/x","registry":"https://packages.example.test","version":"1.0.0"},"predicateType":"https://github.com/npm/attestation/tree/main/specs/publish/v0.1",{{SubjectJson}}}""",
        Encoding.UTF8.GetString(PublishStatement.Write(Subject, Registry)));

    [Fact]
    public void A_provenance_statement_is_these_bytes()
    {
        var token = $$"""{"definitionRevision":3,"idSha256":"{{Convert.ToHexStringLower(SHA256.HashData("a-token"u8))}}","issuer":"https://forge.example","provider":"forge"}""";
        var source = $$"""{"digest":{"gitCommit":"{{Commit}}"},"name":"source","uri":"git+https://forge.example/a/b@refs/tags/v1"}""";
        var parameters = $$$"""
            "externalParameters":{"workflow":{"path":"a.yml","ref":"refs/tags/v1"}},"internalParameters":{"forge":{"event":"push"},"identityToken":{{{token}}}}
            """;
        var build = $$"""{"buildType":"https://packages.example.test/buildtypes/forge/v1",{{parameters}},"resolvedDependencies":[{{source}}]}""";
        var details = """{"builder":{"id":"https://packages.example.test/trusted-publishing/v1"},"metadata":{"invocationId":"https://forge.example/runs/1"}}""";

        Assert.Equal(
            $$"""{"_type":"https://in-toto.io/Statement/v1","predicate":{"buildDefinition":{{build}},"runDetails":{{details}}},"predicateType":"https://slsa.dev/provenance/v1",{{SubjectJson}}}""",
            Encoding.UTF8.GetString(ProvenanceStatement.Write(Subject, Registry, Run)));
    }

    [Fact]
    public void What_is_not_known_is_not_there()
    {
        var bare = Run with { Dependencies = [new StatedDependency("source", null, Commit)], InvocationId = null, TokenId = null };

        var predicate = JsonNode.Parse(ProvenanceStatement.Write(Subject, Registry, bare))!["predicate"]!;
        var without = JsonNode.Parse(ProvenanceStatement.Write(Subject, Registry, bare with { Dependencies = [] }))!["predicate"]!;

        Assert.Equal(["builder"], Names(predicate["runDetails"]!));
        Assert.Equal(["digest", "name"], Names(predicate["buildDefinition"]!["resolvedDependencies"]![0]!));
        Assert.DoesNotContain("idSha256", Names(predicate["buildDefinition"]!["internalParameters"]!["identityToken"]!));
        Assert.DoesNotContain("resolvedDependencies", Names(without["buildDefinition"]!));
    }

    [Fact]
    public void The_tokens_id_itself_is_not_stated() =>
        Assert.DoesNotContain("a-token", Encoding.UTF8.GetString(ProvenanceStatement.Write(Subject, Registry, Run)), StringComparison.Ordinal);

    [Fact]
    public void What_was_handed_in_is_not_changed()
    {
        ProvenanceStatement.Write(Subject, Registry, Run);

        Assert.Equal(["forge"], Names(Run.InternalParameters));
    }

    [Fact]
    public void A_statement_reads_back_as_being_about_its_version()
    {
        Assert.True(Statement.TryParse(ProvenanceStatement.Write(Subject, Registry, Run), out var statement));

        Assert.Equal("pkg:npm/%40acme/x@1.0.0", statement.SubjectName);
        Assert.Equal(TestSigstore.Tarball.Hex, statement.SubjectDigests["sha512"]);
        Assert.Equal(ProvenanceStatement.PredicateType, statement.PredicateType);
    }

    private static string SubjectJson => $$"""
        "subject":[{"digest":{"sha512":"{{TestSigstore.Tarball.Hex}}"},"name":"pkg:npm/%40acme/x@1.0.0"}]
        """;

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key);
}
