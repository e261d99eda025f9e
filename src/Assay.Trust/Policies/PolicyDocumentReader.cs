using System.Text.Json;
using Assay.Trust.Bindings;
using Assay.Trust.Policies.Conditions;

namespace Assay.Trust.Policies;

/// <summary>Reads the members of a policy document, gathering every problem. A member that is null counts as left out.</summary>
internal sealed class PolicyDocumentReader
{
    private const string Members = "effect, target, binding, provider, actions, fields, when, gate, limits, divert, pins, note";
    private const string LimitMembers = "versions, distTags, versionsPerRun, packagesPerRun";

    private readonly List<string> problems = [];

    public IReadOnlyList<string> Problems => problems;

    public PolicyDocument Read(JsonElement json)
    {
        var document = new PolicyDocument();
        if (json.ValueKind is not JsonValueKind.Object)
        {
            problems.Add("A policy is a JSON object.");
            return document;
        }
        foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            document = Read(document, member.Name, member.Value);
        }
        return document;
    }

    private PolicyDocument Read(PolicyDocument document, string name, JsonElement value) => name switch
    {
        "effect" => document with { Effect = Effect(value) },
        "target" => document with { Target = Target(value) },
        "binding" => document with { Binding = Text(name, value) },
        "provider" => document with { Provider = Text(name, value) },
        "actions" => document with { Actions = Actions(value) },
        "fields" => document with { Fields = Fields(value) },
        "when" => document with { When = When(value) },
        "gate" => document with { Gate = ReadGate(value) },
        "limits" => document with { Limits = Limits(value) },
        "divert" => document with { Divert = Divert(value) },
        "pins" => document with { Pins = Pins(value) },
        "note" => document with { Note = Note(value) },
        _ => Refused(document, $"A policy has no member '{name}'. It has {Members}."),
    };

    private PolicyEffect Effect(JsonElement value) => AsText(value) switch
    {
        "allow" => PolicyEffect.Allow,
        "deny" => PolicyEffect.Deny,
        _ => Refused(PolicyEffect.Allow, "'effect' is allow or deny."),
    };

    private NamePattern? Target(JsonElement value) => AsText(value) is { } text && NamePattern.TryParse(text, out var target)
        ? target
        : Refused<NamePattern?>(null, "'target' is one package, '@scope/prefix*', '@scope/*', or for a deny '*'.");

    private TrustActions Actions(JsonElement value)
    {
        const string Expected = "'actions' is a list of publish, stage, dist-tag, deprecate, unpublish, read.";
        return AsTexts(value) is { } names && TrustActionNames.TryParse(names, out var actions) ? actions : Refused(TrustActions.None, Expected);
    }

    private Dictionary<string, IReadOnlyList<string>> Fields(JsonElement value)
    {
        Dictionary<string, IReadOnlyList<string>> fields = new(StringComparer.Ordinal);
        foreach (var (name, member) in MembersOf("fields", value))
        {
            if (AsTexts(member) is { Count: > 0 } values)
            {
                fields[name] = values;
            }
            else
            {
                problems.Add($"Field '{name}' is a text or a list of texts.");
            }
        }
        return fields;
    }

    private Condition? When(JsonElement value) =>
        ConditionJson.TryRead(value, out var when, out var problem) ? when : Refused<Condition?>(null, problem);

    private Gate? ReadGate(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object && value.EnumerateObject().ToList() is [{ Name: "declared" } declared] && AsTexts(declared.Value) is { } fields)
        {
            return new Gate.Declared(fields);
        }
        return AsText(value) switch
        {
            "proved" => new Gate.Proved(),
            "any" => new Gate.Any(),
            _ => Refused<Gate?>(null, "'gate' is proved, any, or {\"declared\":[FIELD]}."),
        };
    }

    private PublishLimits Limits(JsonElement value)
    {
        string? versions = null;
        IReadOnlyList<string> tags = [];
        int? versionsPerRun = null, packagesPerRun = null;
        foreach (var (name, member) in MembersOf("limits", value))
        {
            switch (name)
            {
                case "versions":
                    versions = Text("limits.versions", member);
                    break;
                case "distTags":
                    tags = AsTexts(member) ?? Refused<IReadOnlyList<string>>([], "'limits.distTags' is a text or a list of texts.");
                    break;
                case "versionsPerRun":
                    versionsPerRun = Number("limits.versionsPerRun", member);
                    break;
                case "packagesPerRun":
                    packagesPerRun = Number("limits.packagesPerRun", member);
                    break;
                default:
                    problems.Add($"'limits' has no member '{name}'. It has {LimitMembers}.");
                    break;
            }
        }
        if (PublishLimits.TryCreate(versions, tags, versionsPerRun, packagesPerRun, out var limits, out var wrong))
        {
            return limits;
        }
        problems.AddRange(wrong);
        return PublishLimits.None;
    }

    private DivertRules Divert(JsonElement value) => AsTexts(value) is { } words && DivertRules.TryParse(words, out var rules)
        ? rules
        : Refused(DivertRules.None, $"'divert' is a list of {DivertRules.Expectation}.");

    private Dictionary<string, string> Pins(JsonElement value)
    {
        Dictionary<string, string> pins = new(StringComparer.Ordinal);
        foreach (var (name, member) in MembersOf("pins", value))
        {
            pins[name] = Text($"pins.{name}", member) ?? "";
        }
        return pins;
    }

    private string Note(JsonElement value)
    {
        var note = Text("note", value) ?? "";
        return note.Length <= PolicyDocument.LongestNote && !note.Any(char.IsControl)
            ? note
            : Refused("", $"'note' is one line of at most {PolicyDocument.LongestNote} characters.");
    }

    private IEnumerable<(string Name, JsonElement Value)> MembersOf(string name, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            problems.Add($"'{name}' is a JSON object.");
            return [];
        }
        return value.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null).Select(member => (member.Name, member.Value));
    }

    private string? Text(string name, JsonElement value) => AsText(value) ?? Refused<string?>(null, $"'{name}' is a text.");

    private int? Number(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : Refused<int?>(null, $"'{name}' is a whole number.");

    private static string? AsText(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string>? AsTexts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(item => item.GetString()!)],
        _ => null,
    };

    private T Refused<T>(T instead, string problem)
    {
        problems.Add(problem);
        return instead;
    }
}
