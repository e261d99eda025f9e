using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>What somebody wants to report, as it was read.</summary>
internal sealed record ReportDraft(PackageName Package, string? Version, string Kind, string Text)
{
    private static readonly string[] Members = ["kind", "version", "text"];

    public static (ReportDraft? Draft, Denial? Denial) Read(PackageName package, JsonNode? json, int longest)
    {
        var body = json as JsonObject ?? [];
        if (body.FirstOrDefault(member => !Members.Contains(member.Key)).Key is { } unknown)
        {
            return (null, Bad($"'{unknown}' is nothing that a report has: it has {string.Join(", ", Members)}."));
        }
        return body.TryGetPropertyValue("version", out var version) && version is not null && body.Text("version") is null
            ? (null, NotAVersion)
            : Read(package, body.Text("kind"), body.Text("version"), body.Text("text"), longest);
    }

    /// <summary>Of the fields of a form, where a version that was left out is empty.</summary>
    public static (ReportDraft? Draft, Denial? Denial) Read(PackageName package, string? kind, string? version, string? text, int longest)
    {
        SemanticVersion? parsed = null;
        if (!ReportRow.Kinds.Contains(kind))
        {
            return (null, Bad($"Say which kind it is: {string.Join(", ", ReportRow.Kinds)}."));
        }
        if (!string.IsNullOrWhiteSpace(version) && !SemanticVersion.TryParse(version, out parsed))
        {
            return (null, NotAVersion);
        }
        return ReportText.TryRead(text, longest, out var lines)
            ? (new ReportDraft(package, parsed?.ToString(), kind!, lines), null)
            : (null, ReportText.Needed(longest));
    }

    private static Denial NotAVersion => Bad("A version is one like 1.2.3. Leave it out when all versions are concerned.");

    private static Denial Bad(string text) => new(StatusCodes.Status400BadRequest, "invalid-report", text);
}
