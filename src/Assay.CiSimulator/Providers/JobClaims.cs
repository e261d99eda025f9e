using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>
/// The claims of one job under construction: what was asked for wins, a <c>null</c> leaves the claim out, and what follows from other claims
/// is worked out from the value in effect, so that a job with another repository is another repository everywhere.
/// </summary>
internal sealed class JobClaims(JsonObject asked)
{
    private readonly JsonObject claims = [];
    private readonly JsonObject rest = (JsonObject)asked.DeepClone();

    /// <summary>Sets a claim and says the value that claims derived from it should use.</summary>
    public string Set(string name, string fallback) => TextOf(Place(name, fallback)) ?? fallback;

    public void Set(string name, JsonNode fallback) => Place(name, fallback);

    /// <summary>Sets a claim only when it was asked for.</summary>
    public string? SetIfAsked(string name) => rest.ContainsKey(name) ? TextOf(Place(name, null)) : null;

    /// <summary>Reads a member that steers the job and is not a claim.</summary>
    public string Take(string name, string fallback) => rest.Remove(name, out var value) ? TextOf(value) ?? fallback : fallback;

    /// <summary>The finished claims, with whatever else was asked for.</summary>
    public JsonObject ToJson()
    {
        foreach (var (name, value) in rest.ToList())
        {
            Place(name, value);
        }

        return claims;
    }

    /// <summary>An id that is the same for the same name on every start, as the vendor's are.</summary>
    public static string IdOf(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant()));

        return (100_000_000 + (BitConverter.ToUInt32(hash) % 900_000_000)).ToString();
    }

    private static string? TextOf(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var found) ? found : null;

    private JsonNode? Place(string name, JsonNode? fallback)
    {
        var value = rest.Remove(name, out var given) ? given : fallback;

        if (value is not null)
        {
            claims[name] = value.Parent is null ? value : value.DeepClone();
        }

        return value;
    }
}
