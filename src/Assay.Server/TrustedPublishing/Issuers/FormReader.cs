using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.TrustedPublishing;

/// <summary>Reads the members of a form one by one: a member that is absent keeps its value, one of the wrong kind is the form's problem.</summary>
internal sealed class FormReader(JsonObject body)
{
    /// <summary>The first thing that was wrong.</summary>
    public string? Problem { get; private set; }

    public bool Flag(string name, bool current) =>
        !body.ContainsKey(name) ? current : body.Flag(name) ?? Wrong(name, "true or false", current);

    /// <summary>A text, or null to have none.</summary>
    public string? Text(string name, string? current) =>
        !body.ContainsKey(name) ? current : body[name] is null ? null : body.Text(name) ?? Wrong(name, "a text", current);

    /// <summary>A JSON object, as such or as text; or null to have none.</summary>
    public string? Document(string name, string? current) =>
        body[name] is JsonObject document ? document.ToJsonString() : Text(name, current);

    /// <summary>A list, as it is stored: one entry a line.</summary>
    public string Lines(string name, string current) =>
        !body.ContainsKey(name) ? current
            : body.Texts(name) is { } texts && texts.All(IsLine) ? string.Join('\n', texts)
            : Wrong(name, "a list of texts of one line", current);

    public Dictionary<string, string> Texts(string name, Dictionary<string, string> current) =>
        Pairs(name, current, value => value is JsonValue text && text.TryGetValue(out string? line) && IsLine(line) ? line : null, "an object of texts of one line");

    public Dictionary<string, IReadOnlyList<string>> Places(string name) =>
        Pairs(name, [], value => value is JsonArray ? new JsonObject { [name] = value.DeepClone() }.Texts(name) : null, "an object of lists of member names");

    private Dictionary<string, T> Pairs<T>(string name, Dictionary<string, T> current, Func<JsonNode?, T?> read, string kind)
        where T : class
    {
        if (!body.ContainsKey(name))
        {
            return current;
        }
        var pairs = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, value) in body[name] as JsonObject ?? [])
        {
            if (!IsLine(key) || key.Contains('=', StringComparison.Ordinal) || read(value) is not { } good)
            {
                return Wrong(name, kind, current);
            }
            pairs.Add(key, good);
        }
        return body[name] is JsonObject ? pairs : Wrong(name, kind, current);
    }

    // Lists are stored a line each: a break inside an entry would be another entry.
    private static bool IsLine(string text) => text.Length > 0 && !text.Any(char.IsControl);

    private T Wrong<T>(string name, string kind, T current)
    {
        Problem ??= $"'{name}' must be {kind}.";
        return current;
    }
}
