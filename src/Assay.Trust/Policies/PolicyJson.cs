using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Assay.Trust.Policies.Conditions;

namespace Assay.Trust.Policies;

/// <summary>Fields, conditions, gate, limits and pins of a policy as one JSON text for storage.</summary>
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
                When = policy.When is { } when ? ConditionJson.Write(when) : null,
                Limits = StoredLimits.Of(policy.Limits),
                Divert = policy.Divert == DivertRules.None ? null : policy.Divert.ToWords(),
                Pins = policy.Pins,
            },
            StoredPolicyJson.Default.StoredPolicy);

    /// <summary>The draft with what was stored; <see cref="TrustPolicy.TryCreate"/> judges it again.</summary>
    public static bool TryRead(string json, PolicyDraft identity, [NotNullWhen(true)] out PolicyDraft? draft)
    {
        draft = null;
        try
        {
            // A text that names no known gate, condition or limit must not come back without it.
            if (JsonSerializer.Deserialize(json, StoredPolicyJson.Default.StoredPolicy) is { } stored
                && ReadGate(stored) is { } gate && TryReadWhen(stored, out var when) && StoredLimits.TryRead(stored.Limits, out var limits)
                && DivertRules.TryParse(stored.Divert ?? [], out var divert))
            {
                draft = identity with
                {
                    Fields = stored.Fields,
                    When = when,
                    Gate = identity.Effect is PolicyEffect.Deny ? null : gate,
                    Limits = limits,
                    Divert = divert,
                    Pins = stored.Pins,
                };
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return draft is not null;
    }

    private static Gate? ReadGate(StoredPolicy stored) => stored.Gate switch
    {
        Proved => new Gate.Proved(),
        Declared => new Gate.Declared(stored.DeclaredBy ?? []),
        Any => new Gate.Any(),
        _ => null,
    };

    private static bool TryReadWhen(StoredPolicy stored, out Condition? when)
    {
        when = null;
        return stored.When is null || ConditionJson.TryRead(JsonElement.Parse(stored.When.ToJsonString()), out when, out _);
    }
}

internal sealed record StoredPolicy
{
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; }

    public required string Gate { get; init; }

    public IReadOnlyList<string>? DeclaredBy { get; init; }

    public JsonObject? When { get; init; }

    public StoredLimits? Limits { get; init; }

    public IReadOnlyList<string>? Divert { get; init; }

    public required IReadOnlyDictionary<string, string> Pins { get; init; }
}

internal sealed record StoredLimits
{
    public string? Versions { get; init; }

    public IReadOnlyList<string>? DistTags { get; init; }

    public int? VersionsPerRun { get; init; }

    public int? PackagesPerRun { get; init; }

    public static StoredLimits? Of(PublishLimits limits) => limits == PublishLimits.None ? null : new StoredLimits
    {
        Versions = limits.Versions,
        DistTags = limits.DistTags.Count == 0 ? null : limits.DistTags,
        VersionsPerRun = limits.VersionsPerRun,
        PackagesPerRun = limits.PackagesPerRun,
    };

    public static bool TryRead(StoredLimits? stored, [NotNullWhen(true)] out PublishLimits? limits)
    {
        limits = PublishLimits.None;
        return stored is null || PublishLimits.TryCreate(
            stored.Versions, stored.DistTags ?? [], stored.VersionsPerRun, stored.PackagesPerRun, out limits, out _);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredPolicy))]
internal sealed partial class StoredPolicyJson : JsonSerializerContext;
