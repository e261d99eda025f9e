using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assay.Core.Tests.Trust;

/// <summary>As much of JSON Schema as the definition schema uses; a keyword that it does not know is an error, never a pass.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "title", "description", "$defs"];

    public bool Accepts(JsonElement value) => Accepts(value, root);

    private bool Accepts(JsonElement value, JsonElement schema) =>
        schema.EnumerateObject().All(keyword => Annotations.Contains(keyword.Name) || Accepts(value, schema, keyword));

    private bool Accepts(JsonElement value, JsonElement schema, JsonProperty keyword)
    {
        var wanted = keyword.Value;
        return keyword.Name switch
        {
            "$ref" => Accepts(value, Resolve(wanted.GetString()!)),
            "type" => IsOfType(value, wanted.GetString()!),
            "enum" => wanted.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)),
            "const" => JsonElement.DeepEquals(wanted, value),
            "oneOf" => wanted.EnumerateArray().Count(item => Accepts(value, item)) == 1,
            "required" => !IsObject(value) || wanted.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
            "properties" => !IsObject(value)
                || wanted.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out var inner) || Accepts(inner, member.Value)),
            "additionalProperties" => !IsObject(value) || Others(value, schema).All(member =>
                wanted.ValueKind is JsonValueKind.False ? false : Accepts(member.Value, wanted)),
            "items" => value.ValueKind is not JsonValueKind.Array || value.EnumerateArray().All(item => Accepts(item, wanted)),
            "minItems" => value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() >= wanted.GetInt32(),
            "maxItems" => value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() <= wanted.GetInt32(),
            "minLength" => value.ValueKind is not JsonValueKind.String || value.GetString()!.Length >= wanted.GetInt32(),
            "maxLength" => value.ValueKind is not JsonValueKind.String || value.GetString()!.Length <= wanted.GetInt32(),
            "minimum" => value.ValueKind is not JsonValueKind.Number || value.GetDecimal() >= wanted.GetDecimal(),
            "pattern" => value.ValueKind is not JsonValueKind.String || Regex.IsMatch(value.GetString()!, wanted.GetString()!),
            _ => throw new NotSupportedException($"Keyword '{keyword.Name}'."),
        };
    }

    public JsonElement Resolve(string reference) =>
        reference["#/".Length..].Split('/').Aggregate(root, (element, name) => element.GetProperty(name));

    private static bool IsObject(JsonElement value) => value.ValueKind is JsonValueKind.Object;

    private static IEnumerable<JsonProperty> Others(JsonElement value, JsonElement schema) => value.EnumerateObject()
        .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => IsObject(value),
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"Type '{type}'."),
    };
}
