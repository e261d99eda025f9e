using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Trust.Policies;

/// <summary>Fields, gate and pins of a policy as one JSON text for storage.</summary>
public static class PolicyJson
{
    private const string Proved = "proved";
    private const string Declared = "declared";
    private const string Any = "any";

    public static string Write(TrustPolicy policy) =>
        JsonSerializer.Serialize(
            new StoredPolicy
            {
                Fields = policy.Fields,
                Gate = policy.Gate switch { Gate.Proved => Proved, Gate.Declared => Declared, _ => Any },
                DeclaredBy = (policy.Gate as Gate.Declared)?.Fields,
                Pins = policy.Pins,
            },
            StoredPolicyJson.Default.StoredPolicy);

    /// <summary>The draft with what was stored; <see cref="TrustPolicy.TryCreate"/> judges it again.</summary>
    public static bool TryRead(string json, PolicyDraft identity, [NotNullWhen(true)] out PolicyDraft? draft)
    {
        draft = null;
        try
        {
            var stored = JsonSerializer.Deserialize(json, StoredPolicyJson.Default.StoredPolicy);
            Gate? gate = stored?.Gate switch
            {
                Proved => new Gate.Proved(),
                Declared => new Gate.Declared(stored.DeclaredBy ?? []),
                Any => new Gate.Any(),
                _ => null,
            };
            // A text that names no known gate must not come back with the default one.
            draft = gate is null ? null : identity with { Fields = stored!.Fields, Gate = gate, Pins = stored.Pins };
        }
        catch (JsonException)
        {
            return false;
        }
        return draft is not null;
    }
}

internal sealed record StoredPolicy
{
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; }

    public required string Gate { get; init; }

    public IReadOnlyList<string>? DeclaredBy { get; init; }

    public required IReadOnlyDictionary<string, string> Pins { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredPolicy))]
internal sealed partial class StoredPolicyJson : JsonSerializerContext;
