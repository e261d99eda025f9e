using System.Data.Common;
using System.Diagnostics.Metrics;
using Assay.Server.Data;

namespace Assay.Server.Jobs;

/// <summary>What came of jobs, and how many wait or are dead. The latter is asked when somebody measures, which is seldom.</summary>
internal sealed class JobsMeter : IHostedService
{
    private readonly RegistryDbSource source;
    private readonly Counter<long> attempts;

    public JobsMeter(IMeterFactory meters, RegistryDbSource source)
    {
        this.source = source;
        var meter = meters.Create(TelemetrySource.Name);
        attempts = meter.CreateCounter<long>("assay.jobs.attempts", "{attempt}", "Attempts to do a job, by kind and outcome");
        meter.CreateObservableGauge("assay.jobs.count", Measure, "{job}", "Jobs that wait, and that failed for good");
    }

    public void Ended(string kind, string outcome) =>
        attempts.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> Measure()
    {
        try
        {
            using var db = source.Open();
            return
            [
                new Measurement<long>(db.Jobs.LongCount(row => row.DueAt != null), new KeyValuePair<string, object?>("state", "waiting")),
                new Measurement<long>(db.Jobs.LongCount(row => row.DeadAt != null), new KeyValuePair<string, object?>("state", "dead")),
            ];
        }
        catch (DbException)
        {
            // A database that does not answer has no jobs; that it does not answer is told elsewhere.
            return [];
        }
    }
}
