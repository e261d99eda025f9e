using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Jobs;

/// <summary>What an operator does with a job that failed for good. Each says in a sentence what was done, and null when there is no such job.</summary>
internal sealed class ChangeJob(CommitQueue commits)
{
    public Task<string?> RetryAsync(long id, Actor actor, CancellationToken cancellationToken) => RunAsync(id, (commit, row) =>
    {
        row.DeadAt = null;
        row.Attempts = 0;
        row.DueAt = commit.Now;
        commit.Changed(EnqueueJob.ChangeKey);
        commit.Record(actor, "job.retried", $"job {row.Id}", row.Kind);
        return $"Job {row.Id} is tried again.";
    }, cancellationToken);

    public Task<string?> DropAsync(long id, Actor actor, CancellationToken cancellationToken) => RunAsync(id, (commit, row) =>
    {
        commit.Db.Jobs.Remove(row);
        commit.Record(actor, "job.dropped", $"job {row.Id}", row.Kind);
        return $"Job {row.Id} is dropped. It will not be done.";
    }, cancellationToken);

    private Task<string?> RunAsync(long id, Func<Commit, JobRow, string> change, CancellationToken cancellationToken) => commits.RunAsync(
        async (commit, stop) => await commit.Db.Jobs.AsTracking().SingleOrDefaultAsync(row => row.Id == id && row.DeadAt != null, stop) is { } row ? change(commit, row) : null,
        cancellationToken);
}
