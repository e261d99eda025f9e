using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Jobs;

/// <summary><c>admin jobs list|retry|drop</c>.</summary>
internal static class JobsAdmin
{
    private const int MostListed = 200;

    public static void MapAdminJobs(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/jobs/list", ListAsync);
        admin.MapPost("/jobs/retry", (HttpContext context, CommitQueue commits, CancellationToken stop) => ChangeAsync(context, commits, Retry, stop));
        admin.MapPost("/jobs/drop", (HttpContext context, CommitQueue commits, CancellationToken stop) => ChangeAsync(context, commits, Drop, stop));
    }

    private static async Task<IResult> ListAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var waiting = await db.Jobs.CountAsync(row => row.DueAt != null, cancellationToken);
        var dead = await db.Jobs.CountAsync(row => row.DeadAt != null, cancellationToken);
        var rows = await db.Jobs.Where(row => row.FinishedAt == null)
            .OrderByDescending(row => row.DeadAt != null).ThenByDescending(row => row.Id)
            .Take(MostListed).ToListAsync(cancellationToken);
        return JsonAnswer.Lines([$"{waiting} waiting, {dead} failed for good.", .. rows.Select(Line)]);
    }

    private static string Line(JobRow row)
    {
        var state = row switch
        {
            { DeadAt: { } at } => $"failed for good at {at:u}",
            { Lease: not null } => $"under way, at most until {row.DueAt:u}",
            _ => $"due at {row.DueAt:u}",
        };
        return $"{row.Id}  {row.Kind}{(row.Lane is null ? "" : $" ({row.Lane})")}  {state}, {row.Attempts} attempts{(row.LastProblem is null ? "" : $": {row.LastProblem}")}";
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, CommitQueue commits, Func<Commit, JobRow, string> change, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || !long.TryParse((json as JsonObject)?.Text("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return problem ?? NpmError.BadRequest("Which job? See: ./run admin jobs list");
        }
        var done = await commits.RunAsync(async (commit, stop) =>
            await commit.Db.Jobs.AsTracking().SingleOrDefaultAsync(row => row.Id == id && row.DeadAt != null, stop) is { } row ? change(commit, row) : null, cancellationToken);
        return done is null
            ? NpmError.NotFound($"No job {id} has failed for good. See: ./run admin jobs list", "job-not-found")
            : JsonAnswer.Lines(done);
    }

    private static string Retry(Commit commit, JobRow row)
    {
        row.DeadAt = null;
        row.Attempts = 0;
        row.DueAt = commit.Now;
        commit.Changed(EnqueueJob.ChangeKey);
        commit.Record(Actor.Operator, "job.retried", $"job {row.Id}", row.Kind);
        return $"Job {row.Id} is tried again.";
    }

    private static string Drop(Commit commit, JobRow row)
    {
        commit.Db.Jobs.Remove(row);
        commit.Record(Actor.Operator, "job.dropped", $"job {row.Id}", row.Kind);
        return $"Job {row.Id} is dropped. It will not be done.";
    }
}
