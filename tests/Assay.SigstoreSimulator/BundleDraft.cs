using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>A bundle to be made: complete and valid; a test changes one thing.</summary>
public sealed record BundleDraft
{
    /// <summary>Of the identity token that the certificate is made out for.</summary>
    public required JsonObject Claims { get; init; }

    /// <summary>A package URL.</summary>
    public required string Subject { get; init; }

    /// <summary>Of the tarball, in hexadecimal digits.</summary>
    public required string Sha512 { get; init; }

    public IReadOnlyList<string> FurtherSubjects { get; init; } = [];

    public string PredicateType { get; init; } = "https://slsa.dev/provenance/v1";

    /// <summary>How long ago the certificate was made out; it lives for ten minutes.</summary>
    public TimeSpan CertificateAge { get; init; }

    /// <summary>Whether a timestamp authority saw the signature too.</summary>
    public bool IsStamped { get; init; }

    /// <summary>Changes the bundle after all is signed.</summary>
    public Action<JsonObject> Change { get; init; } = _ => { };

    internal JsonObject Statement() => new()
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray([.. FurtherSubjects.Prepend(Subject).Select(SubjectOf)]),
        ["predicateType"] = PredicateType,
        ["predicate"] = new JsonObject { ["buildDefinition"] = new JsonObject(), ["runDetails"] = new JsonObject() },
    };

    private JsonObject SubjectOf(string name) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha512"] = Sha512 } };
}
