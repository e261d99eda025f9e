using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>An advisory as OSV writes those of GitHub. A test changes one thing.</summary>
internal sealed record OsvDocument(string Id, string Package)
{
    public string Modified { get; init; } = "2026-11-20T10:00:00Z";

    public string? Withdrawn { get; init; }

    public string? Severity { get; init; } = "HIGH";

    public string? Vector { get; init; } = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

    public string Ecosystem { get; init; } = "npm";

    /// <summary>Such as <c>introduced 1.0.0</c>.</summary>
    public IReadOnlyList<string> Events { get; init; } = ["introduced 0", "fixed 1.2.0"];

    public IReadOnlyList<string> Versions { get; init; } = [];

    public JsonObject ToJson() => new()
    {
        ["schema_version"] = "1.7.0",
        ["id"] = Id,
        ["modified"] = Modified,
        ["withdrawn"] = Withdrawn,
        ["aliases"] = new JsonArray("CVE-2026-1"),
        ["summary"] = $"Prototype pollution in {Package}",
        ["details"] = "Long text.",
        ["severity"] = Vector is null ? [] : new JsonArray(new JsonObject { ["type"] = "CVSS_V3", ["score"] = Vector }),
        ["affected"] = new JsonArray(new JsonObject
        {
            ["package"] = new JsonObject { ["ecosystem"] = Ecosystem, ["name"] = Package, ["purl"] = $"pkg:npm/{Package}" },
            ["ranges"] = Events.Count == 0 ? [] : new JsonArray(new JsonObject { ["type"] = "SEMVER", ["events"] = new JsonArray([.. Events.Select(Event)]) }),
            ["versions"] = new JsonArray([.. Versions.Select(version => JsonValue.Create(version))]),
        }),
        ["database_specific"] = new JsonObject { ["cwe_ids"] = new JsonArray("CWE-1321"), ["severity"] = Severity },
    };

    /// <summary>A null member is absent in real documents.</summary>
    public string ToText()
    {
        var json = ToJson();
        if (Withdrawn is null)
        {
            json.Remove("withdrawn");
        }
        return json.ToJsonString();
    }

    private static JsonNode Event(string text) => new JsonObject { [text.Split(' ')[0]] = text.Split(' ')[1] };
}
