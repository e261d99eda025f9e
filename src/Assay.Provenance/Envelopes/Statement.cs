using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Envelopes;

/// <summary>An in-toto statement (v0.1 or v1) about exactly one subject.</summary>
public sealed record Statement
{
    private static readonly string[] Types = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

    private Statement()
    {
    }

    /// <summary>The subject's name; for npm a package URL.</summary>
    public required string SubjectName { get; init; }

    /// <summary>The subject's digests as written, by algorithm.</summary>
    public required IReadOnlyDictionary<string, string> SubjectDigests { get; init; }

    public required string PredicateType { get; init; }

    /// <summary>What is claimed of the subject. Its writer chose every word of it.</summary>
    public required JsonElement Predicate { get; init; }

    /// <summary>Reads a payload. Two subjects are refused: what is said of one version must not be shown for another.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out Statement? statement)
    {
        statement = ProtoObject.TryRead(payload, Read, out var read) ? read : null;
        return statement is not null;
    }

    private static Statement? Read(ProtoObject body)
    {
        if (!Types.Contains(body.Text("_type")) || body.Objects("subject", BundleLimits.Default.Subjects) is not [var subject])
        {
            return null;
        }
        var statement = new Statement
        {
            SubjectName = subject.Text("name"),
            SubjectDigests = subject.Object("digest").Texts(),
            PredicateType = body.Text("predicateType"),
            Predicate = body.Element("predicate"),
        };
        return statement.SubjectName.Length > 0 && statement.PredicateType.Length > 0 ? statement : null;
    }
}
