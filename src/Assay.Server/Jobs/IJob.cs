using Assay.Server.Data;

namespace Assay.Server.Jobs;

/// <summary>Does the jobs of one kind. It may be called twice for one job: the machine can stop between the work and the note that it is done.</summary>
internal interface IJob
{
    string Kind { get; }

    /// <summary>Whatever it throws counts as a failed attempt.</summary>
    Task<JobOutcome> RunAsync(JobRun run, CancellationToken cancellationToken);
}

/// <summary>A job under way. When the last of its attempts fails, it dies.</summary>
internal sealed record JobRun(long Id, string Payload, DateTimeOffset CreatedAt, int Attempt, bool IsLast);

/// <summary>How an attempt ended, and what is to be written in the commit that says so.</summary>
internal abstract record JobOutcome(Func<Commit, CancellationToken, Task>? Also)
{
    internal sealed record Done(Func<Commit, CancellationToken, Task>? Also = null) : JobOutcome(Also);

    /// <summary>To be tried again, a few times.</summary>
    internal sealed record Failed(string Problem, Func<Commit, CancellationToken, Task>? Also = null) : JobOutcome(Also);

    /// <summary>It never can be done.</summary>
    internal sealed record Hopeless(string Problem, Func<Commit, CancellationToken, Task>? Also = null) : JobOutcome(Also);
}
