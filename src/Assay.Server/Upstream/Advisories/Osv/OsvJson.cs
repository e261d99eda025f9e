using System.Text.Json;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>Reads members of a document without ever throwing on a surprising type.</summary>
internal static class OsvJson
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } member ? member.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement element, string name) =>
        element.Items(name).Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!);

    public static bool All(this string text, Func<char, bool> kind, params ReadOnlySpan<char> others)
    {
        foreach (var character in text)
        {
            if (!kind(character) && !others.Contains(character))
            {
                return false;
            }
        }
        return true;
    }
}
