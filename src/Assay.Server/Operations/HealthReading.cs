namespace Assay.Server.Operations;

/// <summary>Looks at most once a second, however many ask: whoever asks meanwhile gets the same report.</summary>
internal sealed partial class HealthReading(
    IEnumerable<IHealthCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HealthReading> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly HealthReport Stopping = new([new CheckedHealth("process", "It is stopping.")]);

    private readonly Lock gate = new();
    private Task<HealthReport>? latest;
    private DateTimeOffset takenAt;
    private bool wasReady = true;

    public Task<HealthReport> GetAsync(CancellationToken cancellationToken) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Task.FromResult(Stopping) : Latest().WaitAsync(cancellationToken);

    private Task<HealthReport> Latest()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            // A clock that was set back must not make an old report last.
            if (latest is null || (latest.IsCompleted && (now - takenAt).Duration() >= Fresh))
            {
                takenAt = now;
                latest = Task.Run(TakeAsync);
            }
            return latest;
        }
    }

    private async Task<HealthReport> TakeAsync()
    {
        var report = new HealthReport(await Task.WhenAll(checks.Select(CheckAsync)));
        if (report.IsReady != wasReady)
        {
            wasReady = report.IsReady;
            Tell(report);
        }
        return report;
    }

    private async Task<CheckedHealth> CheckAsync(IHealthCheck check)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            // What does not heed the limit is left to itself.
            await Task.Run(() => check.RunAsync(limit.Token)).WaitAsync(limit.Token);
            return new CheckedHealth(check.Name, null, check.IsNeeded);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new CheckedHealth(check.Name, $"It did not answer within {Patience.TotalSeconds} seconds.", check.IsNeeded);
        }
#pragma warning disable CA1031 // Whatever a check fails with is its answer.
        catch (Exception failure)
        {
            return new CheckedHealth(check.Name, failure.Message, check.IsNeeded);
        }
#pragma warning restore CA1031
    }

    private void Tell(HealthReport report)
    {
        if (report.IsReady)
        {
            Ready();
        }
        else
        {
            NotReady(string.Join(" ", report.Checks.Where(check => check.Problem is not null).Select(check => $"{check.Name}: {check.Problem}")));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ready again")]
    private partial void Ready();

    [LoggerMessage(Level = LogLevel.Error, Message = "Not ready. {Problems}")]
    private partial void NotReady(string problems);
}
