using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>How reports are shown, and what closes one.</summary>
internal static class ReportAnswers
{
    /// <summary>Null where there is an answer that says what is wrong.</summary>
    public static (string Outcome, string Answer, Denial? Denial) ReadClosing(JsonObject body, int longest)
    {
        var outcome = body.Text("outcome");
        if (!ReportRow.Outcomes.Contains(outcome))
        {
            return ("", "", new Denial(StatusCodes.Status400BadRequest, "invalid-report", $"Say what came of it, as 'outcome': {string.Join(", ", ReportRow.Outcomes)}."));
        }
        return ReportText.TryRead(body.Text("text"), longest, out var answer) ? (outcome!, answer, null) : ("", "", ReportText.Needed(longest));
    }

    public static JsonObject Shown(SeenReport seen)
    {
        var row = seen.Row;
        var json = new JsonObject
        {
            ["id"] = row.Id,
            ["package"] = row.PackageName,
            ["version"] = row.Version,
            ["kind"] = row.Kind,
            ["text"] = row.Text,
            ["at"] = JsonTime.Of(row.CreatedAt),
            ["outcome"] = row.Outcome,
            ["answer"] = row.Answer,
            ["closedAt"] = row.ClosedAt is { } at ? JsonTime.Of(at) : null,
        };
        if (seen.Reporter is not null)
        {
            json["reporter"] = seen.Reporter;
        }
        if (seen.IsHandled)
        {
            json["closedBy"] = row.ClosedBy;
        }
        return json;
    }

    /// <summary>For the operator's terminal.</summary>
    public static string Line(SeenReport seen) =>
        $"{seen.Row.Id}  {seen.Row.CreatedAt:u}  {seen.Row.Kind}  {seen.Row.PackageName}{(seen.Row.Version is null ? "" : "@" + seen.Row.Version)}  by {seen.Reporter}"
        + (seen.Row.ClosedAt is { } at ? $"  ({seen.Row.Outcome}, closed {at:u} by {seen.Row.ClosedBy})" : "");
}
