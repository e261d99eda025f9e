using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>Reads members of untrusted JSON without ever throwing on a surprising type.</summary>
internal static class JsonShape
{
    public static string? Text(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static bool? Flag(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static int? Number(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) ? number : null;

    /// <summary>The strings of an array member; null when it is absent, not an array, or holds anything else.</summary>
    public static IReadOnlyList<string>? Texts(this JsonObject body, string name)
    {
        if (body[name] is not JsonArray array)
        {
            return null;
        }
        var texts = array.Select(item => item is JsonValue value && value.TryGetValue(out string? text) ? text : null).OfType<string>().ToList();
        return texts.Count == array.Count ? texts : null;
    }
}
