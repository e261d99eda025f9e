using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Provenance;

/// <summary>
/// JSON in the one spelling of RFC 8785: members in the order of their UTF-16 units, nothing escaped that need not be, UTF-8. Numbers are whole.
/// What is signed is these bytes, so the same facts must always give the same ones.
/// </summary>
public static class CanonicalJson
{
    public static byte[] Write(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new StringBuilder();
        Append(text, node);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                AppendAll(text, '{', members.OrderBy(member => member.Key, StringComparer.Ordinal), AppendMember, '}');
                break;
            case JsonArray items:
                AppendAll(text, '[', items, Append, ']');
                break;
            case null:
                text.Append("null");
                break;
            default:
                AppendValue(text, node.AsValue());
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, char open, IEnumerable<T> items, Action<StringBuilder, T> append, char close)
    {
        text.Append(open);
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            append(text, item);
            separator = ",";
        }
        text.Append(close);
    }

    private static void AppendMember(StringBuilder text, KeyValuePair<string, JsonNode?> member)
    {
        AppendText(text, member.Key);
        text.Append(':');
        Append(text, member.Value);
    }

    private static void AppendValue(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendText(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(CultureInfo.InvariantCulture, $"{Whole(value)}");
                break;
            default:
                text.Append(value.GetValueKind() is JsonValueKind.True ? "true" : "false");
                break;
        }
    }

    private static long Whole(JsonValue value) =>
        value.TryGetValue(out long large) ? large
        : value.TryGetValue(out int small) ? small
        : throw new NotSupportedException("Canonical JSON is written here with whole numbers only.");

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            AppendRune(text, rune);
        }
        text.Append('"');
    }

    private static void AppendRune(StringBuilder text, Rune rune)
    {
        // Half a surrogate pair has come out as the replacement character: UTF-8 cannot say it.
        _ = rune.Value switch
        {
            '"' => text.Append("\\\""),
            '\\' => text.Append("\\\\"),
            '\b' => text.Append("\\b"),
            '\f' => text.Append("\\f"),
            '\n' => text.Append("\\n"),
            '\r' => text.Append("\\r"),
            '\t' => text.Append("\\t"),
            < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => text.Append(rune.ToString()),
        };
    }
}
