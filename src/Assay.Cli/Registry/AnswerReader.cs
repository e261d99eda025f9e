using System.Globalization;
using System.Text.Json;

namespace Assay.Cli.Registry;

/// <summary>Reads the JSON that a registry answers. Members of one name twice are refused: two readers could see two things.</summary>
internal static class AnswerReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    public static T Read<T>(string what, byte[] json, Func<JsonElement, T> read)
    {
        try
        {
            return read(JsonElement.Parse(json, Options));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new AnswerRefused($"The answer for {what} is not what it should be.");
        }
    }

    public static string Text(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    public static string? OptionalText(this JsonElement element, string name) => element.Optional(name)?.GetString();

    /// <summary>Null for a member that is absent or null.</summary>
    public static JsonElement? Optional(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    public static DateTimeOffset? OptionalTime(this JsonElement element, string name) => element.OptionalText(name) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;
}
