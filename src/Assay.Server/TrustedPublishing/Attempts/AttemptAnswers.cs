using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>Attempts in answers and in an operator's terminal.</summary>
internal static class AttemptAnswers
{
    public static JsonObject Of(ExchangeAttemptRow row, AssumedClaims? run)
    {
        var differences = Differences(row);
        return new JsonObject
        {
            ["id"] = row.Id,
            ["at"] = JsonTime.Of(row.At),
            ["package"] = row.PackageName,
            ["actions"] = new JsonArray([.. row.Action.Split(',').Select(action => JsonValue.Create(action))]),
            ["outcome"] = row.RefusalCode is null ? "granted" : "refused",
            ["code"] = row.RefusalCode,
            ["text"] = row.Text,
            ["detail"] = differences["detail"]?.DeepClone(),
            ["issuer"] = row.Issuer,
            ["binding"] = row.BindingId,
            ["known"] = row.IsKnownProject,
            ["presented"] = row.Recital,
            ["claims"] = JsonNode.Parse(row.Claims),
            ["links"] = Links(run),
            ["policy"] = row.PolicyId,
            ["token"] = differences["token"]?.DeepClone() ?? new JsonArray(),
            ["comparisons"] = differences["policies"]?.DeepClone() ?? new JsonArray(),
            ["omitted"] = differences["omitted"]?.DeepClone() ?? 0,
            ["address"] = row.Address,
        };
    }

    public static IEnumerable<string> Lines(ExchangeAttemptRow row)
    {
        var differences = Differences(row);
        yield return $"{row.Id}  {row.At:u}  {row.Action} {row.PackageName}  {row.RefusalCode ?? row.Text}  from {row.Address}: {(row.Recital.Length > 0 ? row.Recital : row.Text)}";
        if (differences["detail"] is { } detail)
        {
            yield return $"    {detail}";
        }
        var lines = Items(differences, "token").SelectMany(ComparisonJson.Lines).Concat(Items(differences, "policies").SelectMany(ComparisonJson.TrialLines));
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    /// <summary>By name, as far as the provider's definition and the run give them.</summary>
    public static JsonObject Links(RunClaims? run)
    {
        var links = new JsonObject();
        foreach (var name in run?.Definition.Run.Links.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            if (run!.Link(name) is { } link)
            {
                links[name] = link;
            }
        }
        return links;
    }

    private static JsonObject Differences(ExchangeAttemptRow row) => JsonNode.Parse(row.Comparisons) switch
    {
        JsonObject differences => differences,
        // As they were written before there was anything else to keep.
        JsonArray policies => new JsonObject { ["policies"] = policies.DeepClone() },
        _ => [],
    };

    private static IEnumerable<JsonObject> Items(JsonObject differences, string name) => (differences[name] as JsonArray ?? []).OfType<JsonObject>();
}
