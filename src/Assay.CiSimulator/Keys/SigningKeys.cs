using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Keys;

/// <summary>The keys an issuer publishes: several at once, the last one signs. Made at first use, side by side.</summary>
internal sealed class SigningKeys(int initial)
{
    private readonly Lock gate = new();
    private ImmutableArray<SigningKey> keys = [];

    public SigningKey Current => Published()[^1];

    public void Rotate(bool keepOlder)
    {
        lock (gate)
        {
            keys = keepOlder ? Published().Add(SigningKey.Create()) : [SigningKey.Create()];
        }
    }

    public JsonObject ToJwks() => new() { ["keys"] = new JsonArray([.. Published().Select(key => key.ToJwk())]) };

    private ImmutableArray<SigningKey> Published()
    {
        lock (gate)
        {
            if (keys.IsEmpty)
            {
                keys = [.. Enumerable.Range(0, initial).AsParallel().Select(_ => SigningKey.Create())];
            }

            return keys;
        }
    }
}
