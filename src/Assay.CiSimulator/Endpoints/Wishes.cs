using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Endpoints;

/// <summary>What a request to the simulator asks of a job or token.</summary>
internal static class Wishes
{
    /// <summary>The body as a JSON object; none is an empty one.</summary>
    public static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);

        return string.IsNullOrWhiteSpace(text) ? [] : Parse(text);
    }

    /// <summary><c>claim.NAME=VALUE</c> sets a claim to a string; <c>claims={…}</c> sets any, and removes with <c>null</c>.</summary>
    public static JsonObject FromQuery(IQueryCollection query)
    {
        var wishes = query.TryGetValue("claims", out var json) ? Parse(json.ToString()) : [];

        foreach (var (name, value) in query.Where(parameter => parameter.Key.StartsWith("claim.", StringComparison.Ordinal)))
        {
            wishes[name["claim.".Length..]] = value.ToString();
        }

        return wishes;
    }

    /// <summary><c>forge=alg-none</c>, <c>forge=expired</c> and so on: the names of <see cref="Forgery"/>, in any case, dashes allowed.</summary>
    public static Forgery Forgery(HttpRequest request)
    {
        var name = request.Query["forge"].ToString().Replace("-", "", StringComparison.Ordinal);

        return name.Length == 0 ? CiSimulator.Forgery.None
            : Enum.TryParse<Forgery>(name, ignoreCase: true, out var forgery) && Enum.IsDefined(forgery) ? forgery
            : throw new FormatException($"forge is one of {string.Join(", ", Enum.GetNames<Forgery>())}.");
    }

    public static (JsonObject Claims, string Audience) OfJob(JsonObject body) =>
        (body["claims"] as JsonObject ?? [], body["aud"]?.ToString() ?? CiSimulatorHost.LocalAudience);

    private static JsonObject Parse(string json) =>
        JsonNode.Parse(json) as JsonObject ?? throw new JsonException("A JSON object is expected.");
}
