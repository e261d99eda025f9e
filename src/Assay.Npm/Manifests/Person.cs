using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assay.Npm;

/// <summary>A person, written as <c>Name &lt;email&gt; (url)</c> or as an object.</summary>
internal static partial class Person
{
    /// <summary>The object form, or null if it says nothing.</summary>
    public static JsonObject? Normalise(JsonNode? person)
    {
        var (name, email, url) = person switch
        {
            JsonObject json => (json["name"].AsText(), (json["email"] ?? json["mail"]).AsText(), (json["url"] ?? json["web"]).AsText()),
            _ => Parse(person.AsText() ?? ""),
        };
        var normal = new JsonObject();
        Add(normal, "name", name?.Trim());
        Add(normal, "email", email);
        Add(normal, "url", url);
        return normal.Count > 0 ? normal : null;
    }

    private static (string? Name, string? Email, string? Url) Parse(string text) =>
        (NamePart().Match(text).Value, EmailPart().Match(text).Groups[1].Value, UrlPart().Match(text).Groups[1].Value);

    private static void Add(JsonObject person, string member, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            person[member] = value;
    }

    [GeneratedRegex(@"\A[^(<]+")]
    private static partial Regex NamePart();

    [GeneratedRegex("<([^<>]+)>")]
    private static partial Regex EmailPart();

    [GeneratedRegex(@"\(([^()]+)\)")]
    private static partial Regex UrlPart();
}
