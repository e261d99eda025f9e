using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.TrustedPublishing;

/// <summary>Incidents and previews in answers.</summary>
internal static class IncidentAnswers
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"];

    public static JsonObject Of(IncidentPreview preview) => new()
    {
        ["selection"] = preview.Selection.ToJson(),
        ["preview"] = preview.Digest,
        ["versions"] = Of(preview.Versions, Of),
        ["tokens"] = Of(preview.Tokens, Of),
        ["packages"] = Of(preview.Packages, name => JsonValue.Create(name)),
        ["alreadyQuarantined"] = preview.AlreadyQuarantined,
        ["outsideYourAuthority"] = new JsonObject
        {
            ["versions"] = preview.Outside.Versions,
            ["tokens"] = preview.Outside.Tokens,
            ["packages"] = Of(preview.Outside.Packages, name => JsonValue.Create(name)),
        },
    };

    /// <summary>A refusal with the preview that would be right now.</summary>
    public static JsonAnswer Stale(IncidentPreview preview)
    {
        const string Text = "What this would do has changed since it was previewed, so nothing was done. Look at the new preview, and declare with its digest.";
        return new JsonAnswer(StatusCodes.Status409Conflict, new JsonObject
        {
            ["error"] = Text,
            ["message"] = Text,
            ["code"] = StaleCode,
            ["body"] = new JsonObject { ["message"] = Text },
            ["now"] = Of(preview),
        });
    }

    public const string StaleCode = "preview-stale";

    public static JsonObject Of(IncidentRow incident) => new()
    {
        ["id"] = incident.Id,
        ["selection"] = JsonNode.Parse(incident.Selection),
        ["reason"] = incident.Reason,
        ["declaredBy"] = incident.CreatedByName,
        ["declaredAt"] = JsonTime.Of(incident.CreatedAt),
        ["quarantinedVersions"] = incident.Versions,
        ["revokedTokens"] = incident.Tokens,
        ["undoneAt"] = incident.UndoneAt is { } at ? JsonTime.Of(at) : null,
        ["undoneBy"] = incident.UndoneBy,
    };

    public static JsonObject Of(FoundIncident found)
    {
        var json = Of(found.Row);
        json["versions"] = Of(found.Versions, version => JsonValue.Create(version));
        return json;
    }

    public static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    public static async Task<JsonObject> BodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await RequestJson.ReadAsync(context.Request, cancellationToken)).Body as JsonObject ?? [];

    private static JsonObject Of<T>(Excerpt<T> shown, Func<T, JsonNode?> toJson) => new()
    {
        ["count"] = shown.Count,
        ["first"] = new JsonArray([.. shown.First.Select(toJson)]),
    };

    private static JsonObject Of(IncidentVersion version) => new()
    {
        ["package"] = version.Package,
        ["version"] = version.Version,
        ["publishedAt"] = JsonTime.Of(version.PublishedAt),
        ["by"] = version.Binding is null
            ? new JsonObject { ["person"] = version.Publisher }
            : new JsonObject { ["binding"] = version.Binding, ["project"] = version.Project, ["run"] = version.Run, ["workflow"] = version.Workflow },
    };

    private static JsonObject Of(IncidentToken token) => new()
    {
        ["kind"] = token.Kind,
        ["for"] = token.For,
        ["by"] = token.Binding is null
            ? null
            : new JsonObject { ["binding"] = token.Binding, ["project"] = token.Project, ["run"] = token.Run },
        ["createdAt"] = JsonTime.Of(token.CreatedAt),
        ["expiresAt"] = JsonTime.Of(token.ExpiresAt),
    };
}
