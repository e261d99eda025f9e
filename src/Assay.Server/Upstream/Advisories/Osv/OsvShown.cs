using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Refusals;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>What clients are told of an advisory besides its versions.</summary>
internal static class OsvShown
{
    private const int LongestTitle = 300;
    private const int MostWeaknesses = 20;

    public static JsonObject Json(string id, JsonElement root)
    {
        var vector = root.Items("severity").Where(severity => severity.Text("type") == "CVSS_V3").Select(severity => severity.Text("score")).FirstOrDefault();
        double? score = Cvss3.TryScore(vector, out var base10) ? base10 : null;
        return new JsonObject
        {
            ["id"] = NumberOf(id),
            ["url"] = id.StartsWith("GHSA-", StringComparison.Ordinal) ? $"https://github.com/advisories/{id}" : $"https://osv.dev/vulnerability/{id}",
            ["title"] = Title(id, root),
            ["severity"] = Severity(id, root, score),
            ["cwe"] = new JsonArray([.. (root.Member("database_specific")?.Texts("cwe_ids") ?? []).Take(MostWeaknesses).Select(cwe => JsonValue.Create(cwe))]),
            // As npm's own registry says that there is none.
            ["cvss"] = new JsonObject { ["score"] = score ?? 0, ["vectorString"] = score is null ? null : vector },
        };
    }

    /// <summary>
    /// Clients keep advisories by a number, OSV by a name. The number is the same for ever and everywhere, and small enough for a JavaScript number.
    /// </summary>
    public static long NumberOf(string id)
    {
        const long Bits52 = (1L << 52) - 1;
        return Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id))) & Bits52);
    }

    private static string Title(string id, JsonElement root)
    {
        var text = root.Text("summary") ?? root.Text("details")?.Split('\n', 2)[0];
        return Printable.Cut(new string([.. (string.IsNullOrWhiteSpace(text) ? id : text.Trim()).Where(character => !char.IsControl(character))]), LongestTitle);
    }

    // Not graded is not harmless: what nobody graded must not slip below a client's audit level.
    private static string Severity(string id, JsonElement root, double? score) =>
        (root.Member("database_specific")?.Text("severity")?.ToUpperInvariant(), score) switch
        {
            ("LOW", _) => "low",
            ("MODERATE" or "MEDIUM", _) => "moderate",
            ("HIGH", _) => "high",
            ("CRITICAL", _) => "critical",
            (_, { } graded) => Grade(graded),
            _ => id.StartsWith("MAL-", StringComparison.Ordinal) ? "critical" : "high",
        };

    private static string Grade(double score) => score switch
    {
        >= 9 => "critical",
        >= 7 => "high",
        >= 4 => "moderate",
        > 0 => "low",
        _ => "info",
    };
}
