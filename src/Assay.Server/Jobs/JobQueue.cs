using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Jobs;

/// <summary>A job that this node has until its lease ends.</summary>
internal sealed record TakenJob(string Kind, string? Lane, string Lease, JobRun Run);

/// <summary>
/// Jobs taken and given back. Taking is a write like any other, and those are alone among all nodes: nobody else has a job while its lease holds.
/// </summary>
internal sealed class JobQueue(RegistryDbSource source, CommitQueue commits, IEnumerable<IJob> kinds, IOptions<JobsOptions> options, TimeProvider time)
{
    private const int LongestProblem = 1_000;

    // Not those of a newer build that works beside this one.
    private readonly string[] known = [.. kinds.Select(job => job.Kind)];

    /// <summary>Takes some of what is due, at most so many, of no lane more than it may have beside those that run.</summary>
    public async Task<IReadOnlyList<TakenJob>> TakeAsync(int most, IReadOnlyDictionary<string, int> running, CancellationToken cancellationToken)
    {
        // A read first: who finds nothing holds up no writer.
        var found = await DueAsync(most, new Dictionary<string, int>(running, StringComparer.Ordinal), cancellationToken);
        return found.Count == 0 ? [] : await commits.RunAsync((commit, stop) => LeaseAsync(commit, found, stop), cancellationToken);
    }

    /// <summary>Writes what came of it, unless somebody else has the job by now.</summary>
    public Task<bool> FinishAsync(TakenJob job, JobOutcome outcome, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (await MineAsync(commit, job, stop) is not { } row)
            {
                return false;
            }
            row.Lease = null;
            row.DueAt = null;
            switch (outcome)
            {
                case JobOutcome.Done:
                    row.FinishedAt = commit.Now;
                    row.LastProblem = null;
                    break;
                case JobOutcome.Failed failed when !job.Run.IsLast:
                    row.DueAt = commit.Now + Backoff.After(row.Attempts, options.Value);
                    row.LastProblem = Shortened(failed.Problem);
                    break;
                case JobOutcome.Failed failed:
                    Bury(row, failed.Problem, commit.Now);
                    break;
                case JobOutcome.Hopeless hopeless:
                    Bury(row, hopeless.Problem, commit.Now);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
            if (outcome.Also is { } also)
            {
                await also(commit, stop);
            }
            return true;
        }, cancellationToken);

    /// <summary>Interrupted by a stop: not an attempt that failed, and due at once.</summary>
    public Task<bool> GiveBackAsync(TakenJob job, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (await MineAsync(commit, job, stop) is not { } row)
            {
                return false;
            }
            row.Lease = null;
            row.DueAt = commit.Now;
            row.Attempts--;
            commit.Changed(EnqueueJob.ChangeKey);
            return true;
        }, cancellationToken);

    private static Task<JobRow?> MineAsync(Commit commit, TakenJob job, CancellationToken cancellationToken) =>
        commit.Db.Jobs.AsTracking().SingleOrDefaultAsync(row => row.Id == job.Run.Id && row.Lease == job.Lease, cancellationToken);

    private async Task<List<long>> DueAsync(int most, Dictionary<string, int> lanes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var full = lanes.Where(lane => lane.Value >= options.Value.ParallelPerReceiver).Select(lane => lane.Key).ToList();
        await using var db = source.Open();
        var rows = await db.Jobs
            .Where(row => row.DueAt <= now && known.Contains(row.Kind) && (row.Lane == null || !full.Contains(row.Lane)))
            .OrderBy(row => row.DueAt).ThenBy(row => row.Id)
            .Select(row => new { row.Id, row.Lane })
            .Take(most)
            .ToListAsync(cancellationToken);
        return [.. rows.Where(row => HasRoom(row.Lane, lanes)).Select(row => row.Id)];
    }

    private bool HasRoom(string? lane, Dictionary<string, int> lanes)
    {
        if (lane is null)
        {
            return true;
        }
        var running = lanes.GetValueOrDefault(lane);
        if (running >= options.Value.ParallelPerReceiver)
        {
            return false;
        }
        lanes[lane] = running + 1;
        return true;
    }

    private async Task<List<TakenJob>> LeaseAsync(Commit commit, List<long> found, CancellationToken cancellationToken)
    {
        List<TakenJob> taken = [];
        var rows = await commit.Db.Jobs.AsTracking().Where(row => found.Contains(row.Id) && row.DueAt <= commit.Now).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (row.Attempts >= options.Value.Attempts)
            {
                // Each time whoever was at it went down, or took longer than its lease.
                Bury(row, row.LastProblem ?? "It never came to an end.", commit.Now);
                continue;
            }
            row.Attempts++;
            row.Lease = RandomNumberGenerator.GetHexString(16, lowercase: true);
            row.DueAt = commit.Now.AddSeconds(options.Value.LeaseSeconds);
            taken.Add(new TakenJob(row.Kind, row.Lane, row.Lease, new JobRun(
                row.Id, row.Payload, row.CreatedAt, row.Attempts, row.Attempts >= options.Value.Attempts)));
        }
        return taken;
    }

    private static void Bury(JobRow row, string problem, DateTimeOffset now)
    {
        row.DueAt = null;
        row.Lease = null;
        row.DeadAt = now;
        row.LastProblem = Shortened(problem);
    }

    private static string Shortened(string problem) => Trust.Refusals.Printable.Cut(Trust.Refusals.Printable.Ascii(problem), LongestProblem);
}
