using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Providers;

namespace Assay.Server.Pages;

/// <summary>
/// The form of a policy: what the provider's definition asks for, and what every policy has. It knows how a policy is written as JSON, and nothing of what makes a good one:
/// that is judged where the API's policies are.
/// </summary>
internal sealed class PolicyForm
{
    public const string FieldPrefix = "field.";
    public const string PinPrefix = "pin.";

    // Beside what begins with the prefixes.
    private static readonly string[] Names =
        ["effect", "target", "actions", "gate", "declared", "when", "versions", "distTags", "versionsPerRun", "packagesPerRun", "divert", "perDay", "note"];

    private static readonly string[] Budgets = ["versionsPerRun", "packagesPerRun"];

    private readonly Dictionary<string, IReadOnlyList<string>> values;

    private PolicyForm(ProviderDefinition? definition, string? binding, Dictionary<string, IReadOnlyList<string>> values)
    {
        Definition = definition;
        Binding = binding;
        this.values = values;
    }

    /// <summary>Null for a deny of every issuer.</summary>
    public ProviderDefinition? Definition { get; }

    /// <summary>The issuer binding whose runs it speaks of; null for every issuer.</summary>
    public string? Binding { get; }

    /// <summary>What was typed, name by name, to be sent again.</summary>
    public IEnumerable<(string Name, string Value)> Typed => values.SelectMany(each => each.Value.Select(value => (each.Key, value)));

    public string Value(string name) => values.GetValueOrDefault(name) is [var first, ..] ? first : "";

    /// <summary>A line each.</summary>
    public string Lines(string name) => string.Join('\n', values.GetValueOrDefault(name) ?? []);

    public bool Has(string name, string value) => values.GetValueOrDefault(name)?.Contains(value, StringComparer.Ordinal) ?? false;

    /// <summary>A new one: what the definition says by itself, and publishing.</summary>
    public static PolicyForm New(ProviderDefinition? definition, string? binding, string target)
    {
        var values = (definition?.Policy.Fields ?? []).Where(field => field.Default.Count > 0).ToDictionary(field => FieldPrefix + field.Name, field => field.Default, StringComparer.Ordinal);
        values["target"] = [target];
        values["actions"] = ["publish"];
        values["effect"] = [definition is null ? "deny" : "allow"];
        return new PolicyForm(definition, binding, values);
    }

    public static PolicyForm Read(ProviderDefinition? definition, string? binding, IFormCollection form)
    {
        Dictionary<string, IReadOnlyList<string>> values = new(StringComparer.Ordinal);
        foreach (var (name, texts) in form.Where(each => Names.Contains(each.Key) || each.Key.StartsWith(FieldPrefix, StringComparison.Ordinal) || each.Key.StartsWith(PinPrefix, StringComparison.Ordinal)))
        {
            values[name] = [.. texts.OfType<string>().Where(text => text.Trim().Length > 0)];
        }
        return new PolicyForm(definition, binding, values);
    }

    /// <summary>As it would have been typed for a policy that is written already, or drafted.</summary>
    public static PolicyForm Of(ProviderDefinition? definition, string? binding, JsonObject document)
    {
        Dictionary<string, IReadOnlyList<string>> values = new(StringComparer.Ordinal);
        foreach (var (name, value) in document)
        {
            Put(values, name, value);
        }
        return new PolicyForm(definition, binding, values);
    }

    /// <summary>The policy as the API takes it; or what cannot be read as one.</summary>
    public (JsonObject? Document, string? Problem) ToDocument()
    {
        var document = new JsonObject
        {
            ["effect"] = Value("effect"),
            ["target"] = Value("target").Trim(),
            ["binding"] = Binding,
            ["actions"] = Texts(values.GetValueOrDefault("actions") ?? []),
            ["fields"] = Fields(),
            ["gate"] = Gate(),
            ["limits"] = Limits(out var problem),
            ["divert"] = Divert() is { Count: > 0 } divert ? divert : null,
            ["pins"] = Pins() is { Count: > 0 } pins ? pins : null,
            ["note"] = Value("note").Trim() is { Length: > 0 } note ? note : null,
            ["when"] = When(ref problem),
        };
        foreach (var name in document.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            document.Remove(name);
        }
        return problem is null ? (document, null) : (null, problem);
    }

    private JsonObject Fields()
    {
        var fields = new JsonObject();
        foreach (var (name, texts) in Prefixed(FieldPrefix))
        {
            var takesMany = Definition?.Policy.Fields.FirstOrDefault(field => field.Name == name)?.TakesMany ?? true;
            var wanted = takesMany ? texts.SelectMany(SplitLines).ToList() : [.. texts.Select(text => text.Trim())];
            if (wanted.Count > 0)
            {
                fields[name] = Texts(wanted);
            }
        }
        return fields;
    }

    private JsonObject Pins() => new(Prefixed(PinPrefix).Where(pin => pin.Values.Count > 0).Select(pin => KeyValuePair.Create(pin.Name, (JsonNode?)JsonValue.Create(pin.Values[0].Trim()))));

    private JsonNode? Gate() => Value("gate") switch
    {
        "" => null,
        "declared" => new JsonObject { ["declared"] = Texts(values.GetValueOrDefault("declared") ?? []) },
        var word => JsonValue.Create(word),
    };

    private JsonObject? Limits(out string? problem)
    {
        problem = null;
        var limits = new JsonObject();
        if (Value("versions").Trim() is { Length: > 0 } range)
        {
            limits["versions"] = range;
        }
        if (SplitLines(Lines("distTags")).ToList() is { Count: > 0 } tags)
        {
            limits["distTags"] = Texts(tags);
        }
        foreach (var name in Budgets.Where(name => Value(name).Length > 0))
        {
            if (int.TryParse(Value(name), out var number))
            {
                limits[name] = number;
            }
            else
            {
                problem = $"{PolicyWords.Label(name)} is a whole number.";
            }
        }
        return limits.Count == 0 ? null : limits;
    }

    private JsonArray Divert() => Texts([.. values.GetValueOrDefault("divert") ?? [], .. Value("perDay").Trim() is { Length: > 0 } number ? [$"versions-per-day:{number}"] : Array.Empty<string>()]);

    private JsonNode? When(ref string? problem)
    {
        if (Value("when").Trim() is not { Length: > 0 } text)
        {
            return null;
        }
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            problem = "The further condition is JSON, such as {\"claim\":\"ref_type\",\"is\":\"tag\"}.";
            return null;
        }
    }

    private IEnumerable<(string Name, IReadOnlyList<string> Values)> Prefixed(string prefix) =>
        values.Where(each => each.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(each => (each.Key[prefix.Length..], each.Value));

    private static void Put(Dictionary<string, IReadOnlyList<string>> values, string name, JsonNode? value)
    {
        switch (name, value)
        {
            case ("fields" or "pins", JsonObject members):
                foreach (var (member, wanted) in members)
                {
                    values[(name == "fields" ? FieldPrefix : PinPrefix) + member] = TextsOf(wanted);
                }
                break;
            case ("limits", JsonObject members):
                foreach (var (member, wanted) in members)
                {
                    values[member] = TextsOf(wanted);
                }
                break;
            case ("gate", JsonObject declared):
                values["gate"] = ["declared"];
                values["declared"] = TextsOf(declared["declared"]);
                break;
            case ("when", { } when):
                values["when"] = [when.ToJsonString()];
                break;
            case ("divert", _):
                const string PerDay = "versions-per-day:";
                values["divert"] = [.. TextsOf(value).Where(word => !word.StartsWith(PerDay, StringComparison.Ordinal))];
                values["perDay"] = [.. TextsOf(value).Where(word => word.StartsWith(PerDay, StringComparison.Ordinal)).Select(word => word[PerDay.Length..])];
                break;
            default:
                values[name] = TextsOf(value);
                break;
        }
    }

    private static IReadOnlyList<string> TextsOf(JsonNode? value) => value switch
    {
        null => [],
        JsonArray items => [.. items.Select(item => item!.ToString())],
        _ => [value.ToString()],
    };

    private static IEnumerable<string> SplitLines(string text) => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}

/// <summary>The form on its page.</summary>
internal sealed record PolicyFormShown(PolicyForm Form, TrustSubject Subject);

internal sealed record PolicyFieldShown(PolicyForm Form, PolicyField Field);

internal sealed record PolicyPinShown(PolicyForm Form, PinnedClaim Pin);
