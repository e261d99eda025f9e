using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Jobs;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Jobs;

/// <summary>Jobs of a kind of their own, and what was done of them.</summary>
internal sealed class TestJobs(Func<JobRun, CancellationToken, Task<JobOutcome>> run) : IJob
{
    public const string JobKind = "test";

    private readonly ConcurrentQueue<JobRun> runs = new();

    public string Kind => JobKind;

    public IReadOnlyCollection<JobRun> Runs => runs;

    public static TestJobs ThatSucceed() => new((_, _) => Task.FromResult<JobOutcome>(new JobOutcome.Done()));

    public Task<JobOutcome> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        runs.Enqueue(job);
        return run(job, cancellationToken);
    }
}

internal static class TestJobsExtensions
{
    public static Task<RegistryApp> StartAsync(this TestJobs jobs, string[]? configuration = null, string? dataDirectory = null) =>
        RegistryApp.StartAsync(configuration, dataDirectory, services => services.AddSingleton<IJob>(jobs));

    public static Task EnqueueAsync(this RegistryApp app, string payload = "x", string? lane = null) =>
        app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Enqueue(TestJobs.JobKind, new JsonObject { ["what"] = payload }, lane);
            return Task.FromResult(true);
        }, CancellationToken.None);

    public static Task<JobRow> OnlyJobAsync(this RegistryApp app) => app.ReadAsync(db => db.Jobs.SingleAsync(row => row.Kind == TestJobs.JobKind));

    /// <summary>Lets time pass, a few seconds at a time, until it holds.</summary>
    public static Task PassUntilAsync(this RegistryApp app, Func<Task<bool>> condition, int seconds = 6) => Eventually.HoldsAsync(async () =>
    {
        app.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return await condition();
    });
}
