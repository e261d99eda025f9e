using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Jobs;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Jobs;

public sealed class JobTests(PostgresCluster postgres)
{
    [Fact]
    public async Task A_job_is_done_at_once_after_the_commit_that_enqueued_it()
    {
        var jobs = TestJobs.ThatSucceed();
        await using var app = await jobs.StartAsync();

        await app.EnqueueAsync("hello");

        // No time passes: it was woken.
        await Eventually.HoldsAsync(async () => (await app.OnlyJobAsync()).FinishedAt is not null);
        Assert.Equal("""{"what":"hello"}""", Assert.Single(jobs.Runs).Payload);
        var row = await app.OnlyJobAsync();
        Assert.Null(row.DueAt);
        Assert.Null(row.Lease);
    }

    [Fact]
    public async Task An_operation_that_fails_leaves_no_job()
    {
        var jobs = TestJobs.ThatSucceed();
        await using var app = await jobs.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Services.GetRequiredService<CommitQueue>().RunAsync<bool>((commit, _) =>
        {
            commit.Enqueue(TestJobs.JobKind, []);
            throw new InvalidOperationException("decided otherwise");
        }, CancellationToken.None));
        await app.EnqueueAsync("after");

        await Eventually.HoldsAsync(() => jobs.Runs.Count > 0);
        Assert.Contains("after", Assert.Single(jobs.Runs).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_later_and_later()
    {
        var jobs = new TestJobs((run, _) => Task.FromResult<JobOutcome>(run.Attempt < 3 ? new JobOutcome.Failed($"not yet, {run.Attempt}") : new JobOutcome.Done()));
        await using var app = await jobs.StartAsync();
        await app.EnqueueAsync();
        await Eventually.HoldsAsync(async () => (await app.OnlyJobAsync()).LastProblem is not null);
        var first = (await app.OnlyJobAsync()).DueAt - app.Clock.GetUtcNow();

        await app.PassUntilAsync(async () => (await app.OnlyJobAsync()).FinishedAt is not null);

        Assert.InRange(first!.Value.TotalSeconds, 7.9, 12.1);
        Assert.Equal([1, 2, 3], jobs.Runs.Select(run => run.Attempt));
        Assert.Null((await app.OnlyJobAsync()).LastProblem);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 40)]
    [InlineData(3, 160)]
    [InlineData(12, 21_600)]
    public void A_retry_waits_four_times_as_long_as_the_one_before_up_to_a_limit(int attempts, int seconds)
    {
        var waits = Enumerable.Range(0, 100).Select(_ => Backoff.After(attempts, new JobsOptions()).TotalSeconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, seconds * 0.79, seconds * 1.21));
        Assert.InRange(waits.Distinct().Count(), 10, 100);
    }

    [Fact]
    public async Task A_job_that_throws_counts_as_failed_and_harms_no_other()
    {
        var jobs = new TestJobs((run, _) => run.Payload.Contains("bad", StringComparison.Ordinal) ? throw new FormatException("broken") : Task.FromResult<JobOutcome>(new JobOutcome.Done()));
        await using var app = await jobs.StartAsync();

        await app.EnqueueAsync("bad");
        await app.EnqueueAsync("good");

        await Eventually.HoldsAsync(() => app.ReadAsync(async db =>
            await db.Jobs.AnyAsync(row => row.FinishedAt != null) && await db.Jobs.AnyAsync(row => row.LastProblem == "FormatException: broken")));
    }

    [Fact]
    public async Task After_all_its_attempts_it_is_dead_until_an_operator_retries_or_drops_it()
    {
        var isMended = false;
        var jobs = new TestJobs((_, _) => Task.FromResult<JobOutcome>(isMended ? new JobOutcome.Done() : new JobOutcome.Failed("no")));
        await using var app = await jobs.StartAsync(["--Assay:Jobs:Attempts=2", "--Assay:Jobs:FirstRetrySeconds=1"]);
        await app.EnqueueAsync();
        await app.EnqueueAsync();
        await app.PassUntilAsync(() => app.ReadAsync(async db => await db.Jobs.CountAsync(row => row.DeadAt != null) == 2));

        var list = await app.CommandAsync("/jobs/list");
        var doctor = await FindingsAsync(app);
        isMended = true;
        var ids = await app.ReadAsync(db => db.Jobs.OrderBy(row => row.Id).Select(row => row.Id.ToString()).ToListAsync());
        var retried = await app.CommandAsync("/jobs/retry", new JsonObject { ["id"] = ids[0] });
        var dropped = await app.CommandAsync("/jobs/drop", new JsonObject { ["id"] = ids[1] });

        Assert.Contains("0 waiting, 2 failed for good", list, StringComparison.Ordinal);
        Assert.Contains("2 attempts: no", list, StringComparison.Ordinal);
        Assert.Contains(doctor, finding => finding is { Level: FindingLevel.Warning, What: "2 jobs have failed for good" });
        Assert.Contains("is tried again", retried, StringComparison.Ordinal);
        Assert.Contains("is dropped", dropped, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await app.OnlyJobAsync()).FinishedAt is not null);
        Assert.Equal(["job.retried", "job.dropped"], await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action.StartsWith("job.")).OrderBy(row => row.Id).Select(row => row.Action).ToListAsync()));
        await (await app.OperatorAsync("/jobs/retry", new JsonObject { ["id"] = ids[1] })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "job-not-found");
    }

    [Fact]
    public async Task What_is_slow_for_one_receiver_does_not_hold_up_the_others()
    {
        using var slow = new SemaphoreSlim(0);
        var running = 0;
        var most = 0;
        var jobs = new TestJobs(async (run, stop) =>
        {
            if (run.Payload.Contains("slow", StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await slow.WaitAsync(stop);
                Interlocked.Decrement(ref running);
            }
            return new JobOutcome.Done();
        });
        await using var app = await jobs.StartAsync(["--Assay:Jobs:Parallel=4", "--Assay:Jobs:ParallelPerReceiver=2"]);

        for (var count = 0; count < 20; count++)
        {
            await app.EnqueueAsync("slow", "one");
        }
        await app.EnqueueAsync("quick", "other");

        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(row => row.Lane == "other" && row.FinishedAt != null)));
        slow.Release(20);
        await Eventually.HoldsAsync(() => app.ReadAsync(async db => await db.Jobs.CountAsync(row => row.FinishedAt != null) == 21));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_stop_gives_back_what_runs_and_the_next_start_does_it()
    {
        using var folder = new TemporaryFolder();
        var begun = new TaskCompletionSource();
        var endless = new TestJobs(async (_, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return new JobOutcome.Done();
        });
        await using (var app = await endless.StartAsync(dataDirectory: folder.Path))
        {
            await app.EnqueueAsync();
            await begun.Task;
        }
        var jobs = TestJobs.ThatSucceed();

        await using var again = await jobs.StartAsync(dataDirectory: folder.Path);

        // Without any time passing: no lease had to run out.
        await Eventually.HoldsAsync(async () => (await again.OnlyJobAsync()).FinishedAt is not null);
        Assert.Equal(1, Assert.Single(jobs.Runs).Attempt);
    }

    [Fact]
    public async Task What_a_killed_node_had_is_done_when_its_lease_ends()
    {
        var jobs = TestJobs.ThatSucceed();
        await using var app = await jobs.StartAsync();
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.Jobs.Add(new Server.Data.Rows.JobRow
            {
                Kind = TestJobs.JobKind,
                Payload = "{}",
                CreatedAt = commit.Now,
                Attempts = 1,
                Lease = "of a node that is gone",
                DueAt = commit.Now.AddSeconds(60),
            });
            commit.Changed(EnqueueJob.ChangeKey);
            return Task.FromResult(true);
        }, CancellationToken.None);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Empty(jobs.Runs);

        await app.PassUntilAsync(async () => (await app.OnlyJobAsync()).FinishedAt is not null, seconds: 20);

        Assert.Equal(2, Assert.Single(jobs.Runs).Attempt);
    }

    [Fact]
    public async Task Who_lost_the_lease_writes_nothing_any_more()
    {
        var jobs = TestJobs.ThatSucceed();
        await using var app = await jobs.StartAsync();
        await app.EnqueueAsync();
        await Eventually.HoldsAsync(async () => (await app.OnlyJobAsync()).FinishedAt is not null);
        var row = await app.OnlyJobAsync();
        var wrote = false;

        var isMine = await app.Services.GetRequiredService<JobQueue>().FinishAsync(
            new TakenJob(row.Kind, null, "an earlier one", new JobRun(row.Id, row.Payload, row.CreatedAt, 1, false)),
            new JobOutcome.Failed("late", (_, _) =>
            {
                wrote = true;
                return Task.CompletedTask;
            }),
            CancellationToken.None);

        Assert.False(isMine);
        Assert.False(wrote);
        Assert.NotNull((await app.OnlyJobAsync()).FinishedAt);
    }

    [Fact]
    public async Task Finished_jobs_are_forgotten_and_dead_ones_are_not()
    {
        var jobs = new TestJobs((run, _) => Task.FromResult<JobOutcome>(run.Payload.Contains("bad", StringComparison.Ordinal) ? new JobOutcome.Hopeless("never") : new JobOutcome.Done()));
        await using var app = await jobs.StartAsync();
        await app.EnqueueAsync("bad");
        await app.EnqueueAsync("good");
        await Eventually.HoldsAsync(() => app.ReadAsync(async db => !await db.Jobs.AnyAsync(row => row.DueAt != null)));
        app.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromHours(1));

        await app.Services.GetRequiredService<ForgetFinishedJobs>().RunAsync(CancellationToken.None);

        Assert.Equal("never", (await app.OnlyJobAsync()).LastProblem);
    }

    [Fact]
    public async Task A_queue_that_nobody_works_on_is_a_failure_for_the_doctor()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.EnqueueAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(20));

        var findings = await FindingsAsync(app);

        // A kind that this build does not know.
        Assert.Contains(findings, finding => finding.Level is FindingLevel.Failed && finding.What.Contains("(test) waits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_nodes_on_PostgreSql_never_do_one_job_at_the_same_time()
    {
        string[] configuration = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateMigratedAsync()}"];
        var counts = new ConcurrentDictionary<long, int>();
        var both = new TestJobs(async (run, stop) =>
        {
            counts.AddOrUpdate(run.Id, 1, (_, count) => count + 1);
            await Task.Delay(20, stop);
            return new JobOutcome.Done();
        });
        await using var one = await both.StartAsync(configuration);
        await using var other = await RegistryApp.StartAsync(
            [.. configuration, $"--Assay:Signing:KeysDirectory={Path.Combine(one.DataDirectory, "keys")}"], replace: services => services.AddSingleton<IJob>(both));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => (number % 2 == 0 ? one : other).EnqueueAsync()));
        other.Clock.Advance(TimeSpan.FromSeconds(10));

        await Eventually.HoldsAsync(() => one.ReadAsync(async db => await db.Jobs.CountAsync(row => row.FinishedAt != null) == 100));
        Assert.Equal(100, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(1, count));
    }

    private static async Task<List<Finding>> FindingsAsync(RegistryApp app) =>
        await app.Services.GetServices<IDoctorCheck>().OfType<JobsCheck>().Single().RunAsync(CancellationToken.None).ToListAsync();
}
