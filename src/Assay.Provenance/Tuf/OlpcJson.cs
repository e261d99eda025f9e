using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>
/// What TUF signs and hashes of a JSON value (OLPC canonical JSON): members in the order of their UTF-16 units, no white space, whole numbers,
/// and nothing escaped in texts but quotation marks and backslashes: not RFC 8785, which <see cref="CanonicalJson"/> is. A text with a line break
/// makes it no JSON any more, so files are written in the usual way and only their signatures are about these bytes.
/// </summary>
public static class OlpcJson
{
    public static byte[] Write(JsonNode? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonNode? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                Append(text, '{', members.OrderBy(member => member.Key, StringComparer.Ordinal), member => AppendMember(text, member), '}');
                break;
            case JsonArray items:
                Append(text, '[', items, item => Append(text, item), ']');
                break;
            default:
                AppendScalar(text, value);
                break;
        }
    }

    private static void Append<T>(StringBuilder text, char open, IEnumerable<T> items, Action<T> append, char close)
    {
        text.Append(open);
        foreach (var (index, item) in items.Index())
        {
            text.Append(index == 0 ? "" : ",");
            append(item);
        }
        text.Append(close);
    }

    private static void AppendMember(StringBuilder text, KeyValuePair<string, JsonNode?> member)
    {
        AppendText(text, member.Key);
        text.Append(':');
        Append(text, member.Value);
    }

    private static void AppendScalar(StringBuilder text, JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendText(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number when long.TryParse(
                value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                text.Append(number);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                text.Append(value.ToJsonString());
                break;
            default:
                throw new ArgumentException("Canonical JSON has whole numbers only.", nameof(value));
        }
    }

    private static void AppendText(StringBuilder text, string value) => text
        .Append('"')
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
        .Append('"');
}
