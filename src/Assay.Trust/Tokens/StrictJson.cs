using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Trust.Tokens;

/// <summary>A JSON object as two parsers could not read it differently: valid UTF-8, no duplicate members, bounded.</summary>
internal static class StrictJson
{
    public static JsonElement? Parse(byte[] utf8, TokenLimits limits)
    {
        if (!Utf8.IsValid(utf8))
        {
            return null;
        }
        try
        {
            var element = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = limits.Depth, AllowDuplicateProperties = false });
            var isWithinLimits = element.ValueKind is JsonValueKind.Object
                && element.GetPropertyCount() <= limits.Claims && HasBoundedStrings(element, limits.StringCharacters);
            return isWithinLimits ? element : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair, written as an escape.
            return null;
        }
    }

    private static bool HasBoundedStrings(JsonElement element, int limit) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!.Length <= limit,
        JsonValueKind.Array => element.EnumerateArray().All(item => HasBoundedStrings(item, limit)),
        JsonValueKind.Object => element.EnumerateObject()
            .All(member => member.Name.Length <= limit && HasBoundedStrings(member.Value, limit)),
        _ => true,
    };
}
