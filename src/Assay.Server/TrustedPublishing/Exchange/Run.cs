using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>A verified run as it is kept with tokens, versions and attempts: the declared claims and where they came from.</summary>
internal static class Run
{
    public static string ToJson(RunClaims claims) => new JsonObject
    {
        ["provider"] = claims.Definition.Id,
        ["definitionRevision"] = claims.Definition.Revision,
        ["binding"] = claims.Binding.Id,
        ["issuer"] = claims.Issuer,
        ["token"] = (claims as VerifiedClaims)?.ReplayId,
        ["claims"] = KeptClaims.Write(claims),
    }.ToJsonString();

    public static string? IssuerOf(string json) => (JsonNode.Parse(json) as JsonObject)?.Text("issuer");

    /// <summary>Reads claims back by name; the items of a list are one text, as in a policy's comparison.</summary>
    public static Func<string, string?> ClaimsOf(string json)
    {
        var claims = JsonNode.Parse(json)?["claims"] as JsonObject;
        return name => claims?[name] is JsonArray list ? string.Join(", ", list.Select(item => (string?)item)) : claims?.Text(name);
    }
}
