using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Endpoints;

/// <summary>The two documents every issuer shows: where its keys are, and the keys.</summary>
internal static class Discovery
{
    public static IResult Document(Uri issuer, string keysPath, params IReadOnlyList<string> algorithms) => Json(new JsonObject
    {
        ["issuer"] = issuer.OriginalString,
        ["jwks_uri"] = issuer.OriginalString + keysPath,
        ["subject_types_supported"] = new JsonArray("public", "pairwise"),
        ["response_types_supported"] = new JsonArray("id_token"),
        ["id_token_signing_alg_values_supported"] = new JsonArray([.. algorithms.DefaultIfEmpty(RsaKey.Rs256)]),
        ["scopes_supported"] = new JsonArray("openid"),
    });

    public static IResult Keys(SigningKeys keys, KeyRequests requests) => Keys(keys.ToJwks(), requests);

    public static IResult Keys(JsonObject jwks, KeyRequests requests)
    {
        requests.Add();

        return Json(jwks);
    }

    public static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    public static IResult Environment(IReadOnlyDictionary<string, string> environment) => Json(new JsonObject
    {
        ["env"] = new JsonObject(environment.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
    });
}
