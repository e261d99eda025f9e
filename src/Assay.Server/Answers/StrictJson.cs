using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>Reads JSON of strangers so that whoever looks at the tree later meets no surprise.</summary>
internal static class StrictJson
{
    /// <exception cref="JsonException">It is malformed or too deep, a name is there twice, or a string is no text.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json, int maximumDepth = 64)
    {
        try
        {
            RefuseWhatIsNoText(json, maximumDepth);
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = maximumDepth, AllowDuplicateProperties = false });
        }
        catch (InvalidOperationException noText)
        {
            throw new JsonException("A string is not Unicode.", noText);
        }
    }

    // A tree reads its strings late: half a surrogate pair would throw wherever it is looked at. PostgreSQL cannot store a NUL.
    private static void RefuseWhatIsNoText(ReadOnlySpan<byte> json, int maximumDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maximumDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
            {
                throw new JsonException("A string has a NUL.");
            }
        }
    }
}
