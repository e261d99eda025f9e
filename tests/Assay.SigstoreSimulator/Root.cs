using System.Globalization;
using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>The <c>trusted_root.json</c>.</summary>
internal static class Root
{
    public static JsonObject Of(JsonObject authority, JsonObject certificateLog, JsonObject entryLog, JsonObject timestamps) => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(entryLog),
        ["certificateAuthorities"] = new JsonArray(authority),
        ["ctlogs"] = new JsonArray(certificateLog),
        ["timestampAuthorities"] = new JsonArray(timestamps),
    };

    public static JsonObject Since(DateTimeOffset time) =>
        new() { ["start"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
}
