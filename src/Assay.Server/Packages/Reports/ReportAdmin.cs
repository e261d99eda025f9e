using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary><c>admin report list|show|close</c>.</summary>
internal static class ReportAdmin
{
    public static void MapAdminReports(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/report/list", ListAsync);
        admin.MapPost("/report/show", ShowAsync);
        admin.MapPost("/report/close", CloseAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ReadReports reports, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var body = json as JsonObject ?? [];
        var filter = new ReportFilter(body.Text("package"), body.Text("kind"), body.Flag("all") ?? false, body.Number("before"));
        var (found, next) = await reports.ListAsync(filter, ReportReader.Operator, cancellationToken);
        return found.Count == 0
            ? JsonAnswer.Lines("There are no such reports.")
            : JsonAnswer.Lines([.. found.Select(ReportAnswers.Line), .. next is null ? Array.Empty<string>() : [$"There is more: --before {next}"]]);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ReadReports reports, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Number("id") is not { } id)
        {
            return problem ?? Which();
        }
        return await reports.FindAsync(id, ReportReader.Operator, cancellationToken) is { } seen
            ? JsonAnswer.Lines([ReportAnswers.Line(seen), .. Indented(seen.Row.Text), .. seen.Row.Answer is { } answer ? ["Answered:", .. Indented(answer)] : Array.Empty<string>()])
            : ReportRights.Unknown(id).ToAnswer();
    }

    private static async Task<IResult> CloseAsync(HttpContext context, CloseReport close, IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Number("id") is not { } id)
        {
            return problem ?? Which();
        }
        var (outcome, answer, unread) = ReportAnswers.ReadClosing(body, options.Value.LongestReport);
        var denial = unread ?? await close.RunAsync(id, outcome, answer, ReportReader.Operator, Actor.Operator, cancellationToken);
        return denial is null ? JsonAnswer.Lines($"Report {id} is closed as {outcome}, and who made it is told.") : denial.ToAnswer();
    }

    // A stranger wrote it: on lines of its own it cannot pass for what the command says, and nothing in it moves the cursor or turns letters around.
    private static IEnumerable<string> Indented(string text) =>
        text.Split('\n').Select(line => "    " + string.Concat(line.Select(letter => char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format ? '?' : letter)));

    private static JsonAnswer Which() => NpmError.BadRequest("Which report? See: ./run admin report list");
}
