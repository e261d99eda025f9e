using System.Collections.Concurrent;
using System.Threading.Channels;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Jobs;

/// <summary>Does what is due: at once after a commit that enqueued something, and otherwise now and then. Several nodes may do so side by side.</summary>
internal sealed partial class RunJobs : BackgroundService
{
    // An attempt ends before its lease does, so that nobody else begins while it still runs.
    private const double UsedOfLease = 0.9;

    private readonly JobQueue queue;
    private readonly IChangeFeed changes;
    private readonly Dictionary<string, IJob> kinds;
    private readonly JobsOptions options;
    private readonly TimeProvider time;
    private readonly JobsMeter meter;
    private readonly ILogger<RunJobs> logger;
    private readonly ConcurrentDictionary<TakenJob, Task> running = new();
    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public RunJobs(
        JobQueue queue, IChangeFeed changes, IEnumerable<IJob> kinds, IOptions<JobsOptions> options, TimeProvider time, JobsMeter meter, ILogger<RunJobs> logger)
    {
        this.queue = queue;
        this.changes = changes;
        this.kinds = kinds.ToDictionary(job => job.Kind, StringComparer.Ordinal);
        this.options = options.Value;
        this.time = time;
        this.meter = meter;
        this.logger = logger;
        changes.Changed += Wake;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await BeginDueAsync(stoppingToken))
                {
                    await WaitAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: what runs is interrupted, and given back.
        }
        finally
        {
            changes.Changed -= Wake;
            await Task.WhenAll(running.Values);
        }
    }

    /// <summary>Whether there was anything; then there may be more.</summary>
    private async Task<bool> BeginDueAsync(CancellationToken stoppingToken)
    {
        try
        {
            await changes.CatchUpAsync(stoppingToken);
            var free = options.Parallel - running.Count;
            var taken = free > 0 ? await queue.TakeAsync(free, Lanes(), stoppingToken) : [];
            foreach (var job in taken)
            {
                // Entered before it begins, because it takes itself out at its end.
                var begin = new TaskCompletionSource();
                running[job] = RunAsync(job, begin.Task, stoppingToken);
                begin.SetResult();
            }
            return taken.Count > 0;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotTaken(failure);
            return false;
        }
    }

    private Dictionary<string, int> Lanes() => running.Keys
        .Where(job => job.Lane is not null)
        .GroupBy(job => job.Lane!, StringComparer.Ordinal)
        .ToDictionary(lane => lane.Key, lane => lane.Count(), StringComparer.Ordinal);

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var poll = new CancellationTokenSource(TimeSpan.FromSeconds(options.PollSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, stoppingToken);
        try
        {
            await woken.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody woke it: time to look anyway.
        }
    }

    private async Task RunAsync(TakenJob job, Task begin, CancellationToken stoppingToken)
    {
        await begin;
        await Task.Yield();
        try
        {
            var outcome = await AttemptAsync(job, stoppingToken);
            // Not ended by the stop: what was done is written down.
            var isMine = outcome is null
                ? await queue.GiveBackAsync(job, CancellationToken.None)
                : await queue.FinishAsync(job, outcome, CancellationToken.None);
            Tell(job, outcome, isMine);
        }
#pragma warning disable CA1031 // The database does not answer: the lease runs out, and the job is done again.
        catch (Exception failure)
        {
            NotWritten(failure, job.Run.Id, job.Kind);
        }
#pragma warning restore CA1031
        finally
        {
            running.TryRemove(job, out _);
            woken.Writer.TryWrite(true);
        }
    }

    /// <summary>Null when it was interrupted by a stop.</summary>
    private async Task<JobOutcome?> AttemptAsync(TakenJob job, CancellationToken stoppingToken)
    {
        using var lease = new CancellationTokenSource(TimeSpan.FromSeconds(options.LeaseSeconds * UsedOfLease), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, stoppingToken);
        try
        {
            return await kinds[job.Kind].RunAsync(job.Run, either.Token);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (lease.IsCancellationRequested)
        {
            return new JobOutcome.Failed($"It took longer than {options.LeaseSeconds} seconds (Assay:Jobs:LeaseSeconds).");
        }
#pragma warning disable CA1031 // Whatever a job fails with is one more failed attempt, and not the end of the others.
        catch (Exception failure)
        {
            Threw(failure, job.Run.Id, job.Kind);
            return new JobOutcome.Failed($"{failure.GetType().Name}: {failure.Message}");
        }
#pragma warning restore CA1031
    }

    private void Tell(TakenJob job, JobOutcome? outcome, bool isMine)
    {
        var died = outcome is JobOutcome.Hopeless || (outcome is JobOutcome.Failed && job.Run.IsLast);
        meter.Ended(job.Kind, !isMine ? "lost" : outcome switch
        {
            null => "interrupted",
            JobOutcome.Done => "done",
            _ => died ? "dead" : "failed",
        });
        if (isMine && died)
        {
            Died(job.Run.Id, job.Kind, job.Run.Attempt);
        }
    }

    private void Wake(IReadOnlyCollection<string> keys)
    {
        if (keys.Contains(EnqueueJob.ChangeKey) || keys.Contains(IChangeFeed.Everything))
        {
            woken.Writer.TryWrite(true);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs could not be looked for; tried again soon")]
    private partial void NotTaken(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of job {Id} ({Kind}) could not be written; it is done again when its lease ends")]
    private partial void NotWritten(Exception failure, long id, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Id} ({Kind}) failed unexpectedly")]
    private partial void Threw(Exception failure, long id, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Id} ({Kind}) failed for good after {Attempts} attempts; see: ./run admin jobs list")]
    private partial void Died(long id, string kind, int attempts);
}
