using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;

namespace Assay.Server.Jobs;

/// <summary><c>admin jobs list|retry|drop</c>.</summary>
internal static class JobsAdmin
{
    public static void MapAdminJobs(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/jobs/list", ListAsync);
        admin.MapPost("/jobs/retry", (HttpContext context, ChangeJob change, CancellationToken stop) =>
            ChangeAsync(context, id => change.RetryAsync(id, Actor.Operator, stop), stop));
        admin.MapPost("/jobs/drop", (HttpContext context, ChangeJob change, CancellationToken stop) =>
            ChangeAsync(context, id => change.DropAsync(id, Actor.Operator, stop), stop));
    }

    private static async Task<IResult> ListAsync(ReadJobs jobs, CancellationToken cancellationToken)
    {
        var open = await jobs.RunAsync(cancellationToken);
        return JsonAnswer.Lines([$"{open.Waiting} waiting, {open.Failed} failed for good.", .. open.Rows.Select(Line)]);
    }

    private static string Line(JobRow row) =>
        $"{row.Id}  {row.Kind}{(row.Lane is null ? "" : $" ({row.Lane})")}  {ReadJobs.State(row)}, {row.Attempts} attempts{(row.LastProblem is null ? "" : $": {row.LastProblem}")}";

    private static async Task<IResult> ChangeAsync(HttpContext context, Func<long, Task<string?>> change, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || !long.TryParse((json as JsonObject)?.Text("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return problem ?? NpmError.BadRequest("Which job? See: ./run admin jobs list");
        }
        return await change(id) is { } done
            ? JsonAnswer.Lines(done)
            : NpmError.NotFound($"No job {id} has failed for good. See: ./run admin jobs list", "job-not-found");
    }
}
