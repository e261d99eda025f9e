using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;

namespace Assay.Server.TrustedPublishing;

/// <summary>How the lists of a binding lie in its row: one entry a line.</summary>
internal static class BindingRows
{
    public static BindingDraft ToDraft(IssuerBindingRow row) => new()
    {
        Id = row.Id,
        ProviderId = row.ProviderId,
        Issuer = row.Issuer,
        Names = Lines(row.Names),
        Constants = Constants(row.Constants),
        Audience = row.Audience,
        AcceptSharedAudience = row.AcceptsSharedAudience,
        Claims = Claims(row.Claims),
        RequiredClaims = Lines(row.RequiredClaims),
        LearnableOwners = Lines(row.LearnableOwners),
        AllowLoopbackHttp = row.InsecureHttp,
    };

    public static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static string Constants(IReadOnlyDictionary<string, string> constants) =>
        string.Join('\n', constants.Select(constant => $"{constant.Key}={constant.Value}"));

    public static Dictionary<string, string> Constants(string lines) =>
        Pairs(lines).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>As JSON, because member names may hold anything.</summary>
    public static string Claims(IReadOnlyDictionary<string, IReadOnlyList<string>> claims) => string.Join('\n', claims.Select(claim =>
        $"{claim.Key}={new JsonArray([.. claim.Value.Select(member => JsonValue.Create(member))]).ToJsonString()}"));

    public static Dictionary<string, IReadOnlyList<string>> Claims(string lines) => Pairs(lines).ToDictionary(
        pair => pair[0],
        pair => (IReadOnlyList<string>)[.. JsonElement.Parse(pair[1]).EnumerateArray().Select(member => member.GetString()!)],
        StringComparer.Ordinal);

    private static IEnumerable<string[]> Pairs(string lines) => Lines(lines).Select(line => line.Split('=', 2));
}
