using System.Text.Json.Nodes;

namespace Assay.Provenance.Statements;

/// <summary>That a registry took a version in. Clients expect the first version of the statement format here (npm 11).</summary>
public static class PublishStatement
{
    public const string PredicateType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";

    private const string StatementType = "https://in-toto.io/Statement/v0.1";

    /// <summary>The payload to sign. A package URL does not say at which registry, so the predicate does: its URL, without a slash at its end.</summary>
    public static byte[] Write(StatementSubject subject, string registry)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(registry);
        return CanonicalJson.Write(new JsonObject
        {
            ["_type"] = StatementType,
            ["subject"] = subject.ToJson(),
            ["predicateType"] = PredicateType,
            ["predicate"] = new JsonObject
            {
                ["name"] = subject.Name.Value,
                ["version"] = subject.Version.ToString(),
                ["registry"] = registry,
            },
        });
    }
}
