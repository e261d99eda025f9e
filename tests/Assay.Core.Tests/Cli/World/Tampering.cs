using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Cli;

/// <summary>One thing changed in one answer.</summary>
internal static class Tampering
{
    public static void Change(this TestRegistry registry, string path, Action<JsonNode> change) => registry.Tamper = (asked, body) =>
    {
        if (asked != path)
        {
            return body;
        }
        var json = JsonNode.Parse(body)!;
        change(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    };

    public static void Hide(this TestRegistry registry, string path) => registry.Tamper = (asked, body) => asked == path ? null : body;

    /// <summary>Flips a bit, wherever the place is counted from the beginning of the body and round again.</summary>
    public static void Flip(this TestRegistry registry, string path, int place) => registry.Tamper = (asked, body) =>
    {
        if (asked == path)
        {
            body = [.. body];
            body[place % body.Length] ^= 1;
        }
        return body;
    };
}
