using System.Globalization;
using System.Text.Json.Nodes;

namespace Assay.Server.Pages;

/// <summary>What stands in the form of a new token, and how it is asked for.</summary>
internal sealed record TokenForm
{
    public string Name { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Package names and scopes, apart by spaces, commas or lines; <c>*</c> for all.</summary>
    public string Packages { get; init; } = "";

    public string PackagesPermission { get; init; } = "read-only";

    public string Organisations { get; init; } = "";

    public string OrganisationsPermission { get; init; } = "no-access";

    public string Addresses { get; init; } = "";

    public string Days { get; init; } = "";

    public bool Bypasses { get; init; }

    public static TokenForm From(IFormCollection form) => new()
    {
        Name = form["name"].ToString().Trim(),
        Description = form["description"].ToString().Trim(),
        Packages = form["packages"].ToString(),
        PackagesPermission = form["packages_permission"].ToString(),
        Organisations = form["orgs"].ToString(),
        OrganisationsPermission = form["orgs_permission"].ToString(),
        Addresses = form["addresses"].ToString(),
        Days = form["days"].ToString().Trim(),
        Bypasses = form["bypass"].ToString() == "true",
    };

    /// <summary>In the words of <c>npm token create</c>. What is empty is not said.</summary>
    public JsonObject ToRequest()
    {
        var names = Words(Packages);
        var body = new JsonObject { ["name"] = Name.Length == 0 ? "unnamed" : Name };
        Add(body, "description", Description.Length == 0 ? null : JsonValue.Create(Description));
        Add(body, "packages", List(names.Where(name => !IsScope(name))));
        Add(body, "scopes", List(names.Where(IsScope)));
        Add(body, "packages_and_scopes_permission", names.Length == 0 ? null : JsonValue.Create(PackagesPermission));
        Add(body, "orgs", List(Words(Organisations)));
        Add(body, "orgs_permission", Words(Organisations).Length == 0 ? null : JsonValue.Create(OrganisationsPermission));
        Add(body, "cidr", List(Words(Addresses)));
        Add(body, "expires", Days.Length == 0 ? null : int.TryParse(Days, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? JsonValue.Create(days) : JsonValue.Create(0));
        Add(body, "bypass_2fa", Bypasses ? JsonValue.Create(true) : null);
        return body;
    }

    private static void Add(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static bool IsScope(string name) => name.StartsWith('@') && !name.Contains('/', StringComparison.Ordinal);

    private static string[] Words(string text) => text.Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static JsonArray? List(IEnumerable<string> names) => names.Any() ? new JsonArray([.. names.Select(name => JsonValue.Create(name))]) : null;
}
