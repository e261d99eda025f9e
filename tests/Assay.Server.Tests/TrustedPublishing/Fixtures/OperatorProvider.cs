using System.Text.Json.Nodes;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>A provider of the operator's own, as two files: <c>acme-ci</c>, whose tokens hold ids of project and owner and say whether the ref is protected.</summary>
internal static class OperatorProvider
{
    public const string Id = "acme-ci";

    public static JsonObject Definition() => JsonNode.Parse("""
        {
          "id": "acme-ci", "revision": 1, "displayName": "Acme CI", "kind": "ci",
          "issuer": { "operator": true },
          "algorithms": ["RS256"],
          "token": {
            "audience": { "mode": "requested" }, "requireTimes": ["iat", "exp"], "maxLifetimeSeconds": 3600, "maxAgeSeconds": 3600,
            "replay": "jti", "minted": "request"
          },
          "claims": {
            "project": { "at": ["repository_id"], "type": "decimal-string", "presence": "required", "class": "S" },
            "owner": { "at": ["repository_owner_id"], "type": "decimal-string", "presence": "required", "class": "S" },
            "protected": { "at": ["ref_protected"], "type": "boolean-string", "presence": "optional", "class": "C" }
          },
          "policy": {
            "fields": [],
            "pin": [{ "claim": "project" }, { "claim": "owner" }],
            "gate": {
              "proved": [{ "claim": "protected", "is": "true", "says": "the ref must be protected", "remedy": "Protect the ref." }],
              "advice": "Protect the ref."
            }
          },
          "recital": [{ "label": "project", "value": "claim.project" }],
          "run": { "project": "project", "owner": "owner" }
        }
        """)!.AsObject();

    public static JsonObject Fixtures() => JsonNode.Parse("""
        {
          "provider": "acme-ci",
          "binding": { "issuer": "https://ci.acme.example" },
          "policy": { "pins": { "project": "74", "owner": "65" } },
          "payload": {
            "iss": "https://ci.acme.example", "aud": "npm:packages.example.test", "iat": 1767225600, "exp": 1767225900,
            "repository_id": "74", "repository_owner_id": "65", "ref_protected": "true"
          },
          "cases": [
            { "name": "base", "expect": "granted" },
            { "name": "unprotected", "patch": { "ref_protected": "false" }, "expect": "release-gate-not-met" }
          ]
        }
        """)!.AsObject();

    /// <summary>Puts both files, or other ones in their place, where the server looks for them.</summary>
    public static void Write(string dataDirectory, JsonObject? definition = null, JsonObject? fixtures = null, string id = Id)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "providers")).FullName;
        File.WriteAllText(Path.Combine(folder, $"{id}.json"), (definition ?? Definition()).ToJsonString());
        File.WriteAllText(Path.Combine(folder, $"{id}.fixtures.json"), (fixtures ?? Fixtures()).ToJsonString());
    }
}
