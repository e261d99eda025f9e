using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Assay.Server.Data;

/// <summary>
/// The only way to write. Waiting operations are committed in groups with one flush and answered after it.
/// An operation decides, then writes; it may run twice and has no effect outside the database.
/// </summary>
internal sealed partial class CommitQueue : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly RegistryDbSource source;
    private readonly IChangeFeed changes;
    private readonly IReadOnlyList<ICommitEnd> ends;
    private readonly CommitMeter meter;
    private readonly TimeProvider time;
    private readonly ILogger<CommitQueue> logger;
    private readonly int groupSize;
    private readonly Channel<Operation> waiting;
    private readonly Task worker;

    public CommitQueue(
        RegistryDbSource source, IChangeFeed changes, IEnumerable<ICommitEnd> ends, IOptions<DatabaseOptions> options, CommitMeter meter, TimeProvider time,
        ILogger<CommitQueue> logger)
    {
        this.source = source;
        this.changes = changes;
        this.ends = [.. ends];
        this.meter = meter;
        this.time = time;
        this.logger = logger;
        groupSize = options.Value.CommitGroupSize;
        waiting = Channel.CreateBounded<Operation>(
            new BoundedChannelOptions(options.Value.CommitQueueLength) { SingleReader = true });
        worker = Task.Run(WorkAsync);
    }

    /// <summary>Runs the operation in a group and returns when it is durable.</summary>
    public async Task<T> RunAsync<T>(Func<Commit, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var queued = new Operation<T>(operation);
        await waiting.Writer.WriteAsync(queued, cancellationToken);
        return await queued.Completion;
    }

    /// <summary>
    /// What the operation would answer now; nothing of it is kept. Somebody who has to be asked before it is done is asked only for what would be done. It waits its
    /// turn like the others: a second writer beside the queue would hold up both.
    /// </summary>
    public async Task<T> RehearseAsync<T>(Func<Commit, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var queued = new Operation<T>(operation) { IsRehearsal = true };
        await waiting.Writer.WriteAsync(queued, cancellationToken);
        return await queued.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await worker;
    }

    private async Task WorkAsync()
    {
        var group = new List<Operation>(groupSize);
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < groupSize && waiting.Reader.TryRead(out var operation))
            {
                if (operation.IsRehearsal)
                {
                    await RehearseAsync(operation);
                }
                else
                {
                    group.Add(operation);
                }
            }
            if (group.Count > 0)
            {
                await CommitGroupAsync(group);
            }
            group.Clear();
        }
    }

    private async Task RehearseAsync(Operation operation)
    {
        try
        {
            await using var db = source.OpenForWriting();
            await using var never = await db.BeginWriteAsync();
            await operation.RunAsync(new Commit(db, time.GetUtcNow()));
        }
        catch (Exception failure)
        {
            operation.Fail(failure);
            return;
        }
        operation.Complete();
    }

    private async Task CommitGroupAsync(List<Operation> group)
    {
        try
        {
            await CommitTogetherAsync(group);
        }
        catch (Exception failure) when (Conflicts.IsDatabaseDown(failure))
        {
            group.ForEach(operation => operation.Fail(failure));
        }
        catch (Exception failure) when (group.Count > 1)
        {
            // One member failed the group; nothing of it was kept. Alone, only the bad one fails.
            Failed(failure, group.Count);
            foreach (var operation in group)
            {
                await CommitAloneAsync(operation);
            }
        }
        catch (Exception failure)
        {
            Failed(failure, 1);
            await CommitAloneAsync(group[0]);
        }
    }

    private void Failed(Exception failure, int count)
    {
        meter.RolledBack();
        GroupFailed(failure, count);
    }

    private async Task CommitAloneAsync(Operation operation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitTogetherAsync([operation]);
                return;
            }
            catch (Exception failure) when (attempt < Attempts && Conflicts.IsRetryable(failure))
            {
                // Another node was faster; what it wrote is visible now, so the operation decides again.
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), TimeProvider.System);
            }
            catch (Exception failure)
            {
                operation.Fail(failure);
                return;
            }
        }
    }

    private async Task CommitTogetherAsync(IReadOnlyList<Operation> group)
    {
        using var step = TelemetrySource.Step("commit");
        step?.SetTag("assay.commit.group.size", group.Count);
        var began = time.GetTimestamp();
        await using var db = source.OpenForWriting();
        await using var transaction = await db.BeginWriteAsync();
        var commit = new Commit(db, time.GetUtcNow());
        foreach (var operation in group)
        {
            await operation.RunAsync(commit);
            if (db.ChangeTracker.HasChanges())
            {
                await db.SaveChangesAsync();
            }
            db.ChangeTracker.Clear();
        }
        foreach (var end in ends)
        {
            await end.RunAsync(commit, CancellationToken.None);
        }
        await changes.RecordAsync(db, commit.ChangedKeys);
        await transaction.CommitAsync();
        meter.Committed(group.Count, time.GetElapsedTime(began));
        changes.Announce(commit.ChangedKeys);
        foreach (var operation in group)
        {
            operation.Complete();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} writes was rolled back; its members are tried one by one")]
    private partial void GroupFailed(Exception failure, int count);

    private abstract class Operation
    {
        public bool IsRehearsal { get; init; }

        public abstract Task RunAsync(Commit commit);
        public abstract void Complete();
        public abstract void Fail(Exception failure);
    }

    private sealed class Operation<T>(Func<Commit, CancellationToken, Task<T>> run) : Operation
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;

        public Task<T> Completion => completion.Task;

        public override async Task RunAsync(Commit commit) => result = await run(commit, CancellationToken.None);

        public override void Complete() => completion.TrySetResult(result!);

        public override void Fail(Exception failure) => completion.TrySetException(failure);
    }
}
