using System.Globalization;
using System.Text.Json.Nodes;

namespace Assay.Server.Attestations;

/// <summary>Rekor's answer about an entry, in the spelling of bundles: hexadecimal becomes base64, numbers become texts.</summary>
internal static class RekorAnswer
{
    /// <exception cref="FormatException">It is no such answer.</exception>
    public static JsonObject ToBundleEntry(JsonNode? answer)
    {
        if (answer is not JsonObject { Count: 1 } one || one.First().Value is not JsonObject entry || entry["verification"] is not JsonObject verification
            || verification["inclusionProof"] is not JsonObject proof)
        {
            throw new FormatException("An answer has one entry, with its proof.");
        }
        return new JsonObject
        {
            ["logIndex"] = Number(entry["logIndex"]),
            ["logId"] = new JsonObject { ["keyId"] = Base64(entry["logID"]) },
            ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
            ["integratedTime"] = Number(entry["integratedTime"]),
            ["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Text(verification["signedEntryTimestamp"]) },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = Number(proof["logIndex"]),
                ["rootHash"] = Base64(proof["rootHash"]),
                ["treeSize"] = Number(proof["treeSize"]),
                ["hashes"] = new JsonArray([.. (proof["hashes"] as JsonArray ?? []).Select(hash => JsonValue.Create(Base64(hash)))]),
                ["checkpoint"] = new JsonObject { ["envelope"] = Text(proof["checkpoint"]) },
            },
            ["canonicalizedBody"] = Text(entry["body"]),
        };
    }

    private static string Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out long number) ? number.ToString(CultureInfo.InvariantCulture) : throw new FormatException("A number is missing.");

    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException("A text is missing.");

    private static string Base64(JsonNode? node) => Convert.ToBase64String(Convert.FromHexString(Text(node)));
}
