using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Providers;

/// <summary>
/// An issuer for which there is nothing to imitate but its claims: it signs what it is asked to sign, and adds only what every token has.
/// A token may name another issuer in <c>iss</c>: with this issuer's keys uploaded, a registry takes it for that one.
/// </summary>
internal sealed class AnyIssuer(Uri url, string name, TimeProvider clock)
{
    private static readonly TokenShape Shape = new(TimeSpan.FromMinutes(5), NotBefore: TimeSpan.Zero, HasId: true);

    private readonly Dictionary<string, TokenIssuer> algorithms = new[] { RsaKey.Rs256, EcKey.Es256 }.ToDictionary(
        algorithm => algorithm, algorithm => new TokenIssuer(url, new SigningKeys($"any/{name}", initial: 1, algorithm), Shape, clock));

    private readonly ConcurrentDictionary<string, AnyJob> jobs = new();

    public Uri Url => url;

    public static IReadOnlyList<string> Algorithms { get; } = [RsaKey.Rs256, EcKey.Es256];

    /// <summary>Where a started job finds its doors.</summary>
    public Uri UrlOf(AnyJob job) => new($"{url.OriginalString}/jobs/{job.Handle}");

    public AnyJob Start(JsonObject claims, JsonNode? audience)
    {
        var job = new AnyJob(RandomNumberGenerator.GetHexString(32, lowercase: true), claims, audience);
        jobs[job.Handle] = job;

        return job;
    }

    public AnyJob? Find(string handle) => jobs.GetValueOrDefault(handle);

    /// <summary>Signs the claims; the audience is a string or an array, and <c>aud</c> among the claims wins.</summary>
    public string Mint(JsonObject claims, JsonNode? audience, string? algorithm = null) =>
        algorithms.TryGetValue(algorithm ?? RsaKey.Rs256, out var issuer)
            ? issuer.Mint(claims, audience?.DeepClone(), Forgery.None)
            : throw new FormatException($"alg is one of {string.Join(", ", Algorithms)}.");

    public JsonObject ToJwks() => new()
    {
        ["keys"] = new JsonArray([.. algorithms.Values.SelectMany(issuer => issuer.Keys.ToJwks()["keys"]!.AsArray()).Select(Marked)]),
    };

    public void Rotate(bool keepOlder)
    {
        foreach (var issuer in algorithms.Values)
        {
            issuer.Keys.Rotate(keepOlder);
        }
    }

    // A SPIFFE bundle holds keys for several purposes and marks these so.
    private JsonNode Marked(JsonNode? key)
    {
        var marked = key!.DeepClone();
        marked["use"] = name == "spiffe" ? "jwt-svid" : "sig";

        return marked;
    }
}

/// <summary>A job of such an issuer: its claims, the audience of the token it was given ready-made, and its handle, which is also its bearer.</summary>
internal sealed record AnyJob(string Handle, JsonObject Claims, JsonNode? Audience);
