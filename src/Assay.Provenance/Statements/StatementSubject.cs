using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Provenance.Statements;

/// <summary>The version that a statement is about, and the digest of its bytes.</summary>
public sealed record StatementSubject(PackageName Name, SemanticVersion Version, Integrity Integrity)
{
    internal JsonArray ToJson() => new(new JsonObject
    {
        ["name"] = PackageUrl.Of(Name, Version),
        ["digest"] = new JsonObject { ["sha512"] = Integrity.Hex },
    });
}
