using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Short ways to ask a tree for something of a certain kind.</summary>
internal static class JsonAccess
{
    // The documents are served as JSON, never inside HTML: only what JSON itself requires is escaped.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool TryGetText(this JsonObject json, string name, [NotNullWhen(true)] out string? text)
    {
        text = json[name].AsText();
        return text is not null;
    }

    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool IsTrue(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    /// <summary>The texts of an array; other values are left out.</summary>
    public static IEnumerable<string> Texts(this JsonArray array) => array.Select(AsText).OfType<string>();

    public static JsonArray ToJsonArray(this IEnumerable<string> texts) =>
        new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    public static byte[] ToUtf8(this JsonObject json)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            json.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
