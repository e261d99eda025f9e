using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>
/// Builds a tree from JSON that others wrote. A member that occurs twice is refused near the root, where it could make two readers
/// see two packages; further down the last one counts, as it does for every npm client.
/// </summary>
internal static class JsonTree
{
    /// <exception cref="JsonException">It is not one JSON object, is nested too deep, or repeats a member near the root.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> json, int maxDepth, int uniqueDepth)
    {
        // npm's own reader forgives a byte order mark.
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("It is not an object.");
        try
        {
            var root = ReadObject(ref reader, uniqueDepth);
            reader.Read();
            return root;
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for bytes that are not UTF-8 and for halves of surrogate pairs.
            throw new JsonException("A string is not valid Unicode.", exception);
        }
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader, int uniqueDepth)
    {
        var read = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            if (uniqueDepth > 0 && read.ContainsKey(name))
                throw new JsonException($"The member \"{name}\" occurs twice.");
            reader.Read();
            read[name] = ReadValue(ref reader, uniqueDepth - 1);
        }

        return read;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader, int uniqueDepth)
    {
        var read = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            read.Add(ReadValue(ref reader, uniqueDepth - 1));
        return read;
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, int uniqueDepth) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, uniqueDepth),
        JsonTokenType.StartArray => ReadArray(ref reader, uniqueDepth),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        JsonTokenType.Null => null,
        // Kept as written: 1e400 and 1.0 come out as they went in.
        _ => JsonNode.Parse(ref reader),
    };
}
