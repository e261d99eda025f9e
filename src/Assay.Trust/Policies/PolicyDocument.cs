using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Policies.Conditions;

namespace Assay.Trust.Policies;

/// <summary>
/// A policy as people and scripts write it, in JSON. What is left out is null here: the target may follow from the address, the binding from the
/// provider, the ids from the policy that is replaced.
/// </summary>
public sealed record PolicyDocument
{
    public const int LongestNote = 500;

    public PolicyEffect Effect { get; init; }

    public NamePattern? Target { get; init; }

    public string? Binding { get; init; }

    public string? Provider { get; init; }

    public TrustActions Actions { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public Condition? When { get; init; }

    public Gate? Gate { get; init; }

    public PublishLimits Limits { get; init; } = PublishLimits.None;

    public DivertRules Divert { get; init; } = DivertRules.None;

    public IReadOnlyDictionary<string, string>? Pins { get; init; }

    public string Note { get; init; } = "";

    /// <summary>Reads a document; what it does not know is refused by name, so that a misspelled condition is never a missing one.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out PolicyDocument? document, out IReadOnlyList<string> problems)
    {
        var reader = new PolicyDocumentReader();
        document = reader.Read(json);
        problems = reader.Problems;
        if (problems.Count > 0)
        {
            document = null;
        }
        return document is not null;
    }

    /// <summary>
    /// The document that says what the policy says; reading it again gives the same policy. What is not said is left out: an edit that sent back
    /// "no ids" would forget those that were learned meanwhile.
    /// </summary>
    public static JsonObject Write(TrustPolicy policy, string note)
    {
        var isAllowing = policy.Effect is PolicyEffect.Allow;
        var json = new JsonObject
        {
            ["effect"] = isAllowing ? "allow" : "deny",
            ["target"] = policy.Target.Text,
            ["binding"] = policy.BindingId,
            ["provider"] = policy.ProviderId,
            ["actions"] = Texts(policy.Actions.Names()),
            ["fields"] = new JsonObject([.. policy.Fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Texts(field.Value)))]),
            ["when"] = policy.When is { } when ? ConditionJson.Write(when) : null,
            ["gate"] = isAllowing ? Write(policy.Gate) : null,
            ["limits"] = policy.Limits == PublishLimits.None ? null : Write(policy.Limits),
            ["divert"] = policy.Divert == DivertRules.None ? null : Texts(policy.Divert.ToWords()),
            ["pins"] = policy.Pins.Count == 0
                ? null
                : new JsonObject([.. policy.Pins.Select(pin => KeyValuePair.Create(pin.Key, (JsonNode?)JsonValue.Create(pin.Value)))]),
            ["note"] = note.Length == 0 ? null : note,
        };
        return Said(json);
    }

    public PolicyDraft ToDraft(NamePattern target, string? bindingId, IReadOnlyDictionary<string, string> pins) => new()
    {
        Effect = Effect,
        Target = target,
        BindingId = bindingId,
        Actions = Actions,
        Fields = Fields,
        When = When,
        Gate = Gate,
        Limits = Limits,
        Divert = Divert,
        Pins = pins,
    };

    private static JsonNode Write(Gate gate) => gate switch
    {
        Gate.Proved => "proved",
        Gate.Declared declared => new JsonObject { ["declared"] = Texts(declared.Fields) },
        _ => "any",
    };

    private static JsonObject Write(PublishLimits limits) => Said(new JsonObject
    {
        ["versions"] = limits.Versions,
        ["distTags"] = limits.DistTags.Count == 0 ? null : Texts(limits.DistTags),
        ["versionsPerRun"] = limits.VersionsPerRun,
        ["packagesPerRun"] = limits.PackagesPerRun,
    });

    private static JsonObject Said(JsonObject json)
    {
        foreach (var name in json.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            json.Remove(name);
        }
        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
