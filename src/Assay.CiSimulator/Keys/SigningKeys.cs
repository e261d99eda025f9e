using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Keys;

/// <summary>
/// The keys an issuer publishes: several at once, the last one signs. Making keys is the slow part of a start, so an issuer's first keys are
/// made at first use, side by side, and shared by all simulators of the process; rotated ones are its own.
/// </summary>
internal sealed class SigningKeys(string issuer, int initial, string algorithm = RsaKey.Rs256)
{
    private static readonly ConcurrentDictionary<string, Lazy<ImmutableArray<SigningKey>>> FirstKeys = new();

    private readonly Lock gate = new();
    private ImmutableArray<SigningKey> keys = [];

    public SigningKey Current => Published()[^1];

    public void Rotate(bool keepOlder)
    {
        lock (gate)
        {
            keys = keepOlder ? Published().Add(SigningKey.Create(algorithm)) : [SigningKey.Create(algorithm)];
        }
    }

    public JsonObject ToJwks() => new() { ["keys"] = new JsonArray([.. Published().Select(key => key.ToJwk())]) };

    private ImmutableArray<SigningKey> Published()
    {
        lock (gate)
        {
            if (keys.IsEmpty)
            {
                keys = FirstKeys.GetOrAdd($"{issuer} {algorithm}", _ => new(Make)).Value;
            }

            return keys;
        }
    }

    private ImmutableArray<SigningKey> Make() =>
        [.. Enumerable.Range(0, initial).AsParallel().Select(_ => SigningKey.Create(algorithm))];
}
