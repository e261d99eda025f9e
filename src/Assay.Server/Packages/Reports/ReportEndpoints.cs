using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Reports of packages, for readers who make them and for those who decide about them.</summary>
internal static class ReportEndpoints
{
    private static readonly string[] Words = ["package", "kind", "all", "before"];

    public static void MapReports(this IEndpointRouteBuilder app)
    {
        app.MapPost("/-/assay/v1/package/{package}/reports", MakeAsync);
        app.MapGet("/-/assay/v1/reports", ListAsync);
        app.MapGet("/-/assay/v1/reports/{id:long}", ShowAsync);
        app.MapPost("/-/assay/v1/reports/{id:long}/close", CloseAsync);
    }

    private static async Task<IResult> MakeAsync(
        string package, HttpContext context, Caller caller, MakeReport make, IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (!PackageName.TryParse(package, null, out var name))
        {
            return PackageRules.Unknown(package).ToAnswer();
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (draft, unread) = ReportDraft.Read(name, json, options.Value.LongestReport);
        if (draft is null)
        {
            return unread!.ToAnswer();
        }
        var (report, refusal) = await make.RunAsync(draft, member, cancellationToken);
        return report is null ? refusal! : JsonAnswer.Created(ReportAnswers.Shown(new SeenReport(report, member.PersonName, IsHandled: false)));
    }

    private static async Task<IResult> ListAsync(HttpRequest request, Caller caller, ReadReports reports, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (Read(request.Query) is not { } filter)
        {
            return NpmError.BadRequest($"Reports are found by {string.Join(", ", Words)}: a name, one of {string.Join(", ", ReportRow.Kinds)}, true, and the last id of the page before.");
        }
        var (found, next) = await reports.ListAsync(filter, ReportReader.Of(member), cancellationToken);
        return JsonAnswer.Ok(new JsonObject { ["reports"] = new JsonArray([.. found.Select(ReportAnswers.Shown)]), ["next"] = next });
    }

    private static async Task<IResult> ShowAsync(long id, Caller caller, ReadReports reports, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        return await reports.FindAsync(id, ReportReader.Of(member), cancellationToken) is { } seen
            ? JsonAnswer.Ok(ReportAnswers.Shown(seen))
            : ReportRights.Unknown(id).ToAnswer();
    }

    private static async Task<IResult> CloseAsync(
        long id, HttpContext context, Caller caller, CloseReport close, ReadReports reports, IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (outcome, answer, unread) = ReportAnswers.ReadClosing(json as JsonObject ?? [], options.Value.LongestReport);
        if (unread is not null)
        {
            // Who may not know it is told so first.
            return await reports.FindAsync(id, ReportReader.Of(member), cancellationToken) is null ? ReportRights.Unknown(id).ToAnswer() : unread.ToAnswer();
        }
        return await close.RunAsync(id, outcome, answer, ReportReader.Of(member), member.Actor, cancellationToken) is { } denial
            ? denial.ToAnswer()
            : await ShowAsync(id, caller, reports, cancellationToken);
    }

    private static ReportFilter? Read(IQueryCollection query)
    {
        string? Said(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
        long? before = long.TryParse(Said("before"), out var id) ? id : null;
        var isGood = query.Keys.All(Words.Contains) && (Said("kind") is not { } kind || ReportRow.Kinds.Contains(kind)) && (Said("before") is null || before is not null);
        return isGood ? new ReportFilter(Said("package"), Said("kind"), Said("all") == "true", before) : null;
    }
}
