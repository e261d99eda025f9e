using System.Data.Common;
using System.Diagnostics.Metrics;
using Assay.Server.Data;

namespace Assay.Server.Transparency;

/// <summary>How long the log is. It is asked when somebody measures, which is seldom.</summary>
internal sealed class LogMeter(IMeterFactory meters, RegistryDbSource source) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create(TelemetrySource.Name).CreateObservableGauge("assay.log.size", Measure, "{leaf}", "Leaves of the transparency log");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> Measure()
    {
        try
        {
            using var db = source.Open();
            return [new Measurement<long>(db.LogCheckpoints.Max(row => (long?)row.Size) ?? 0)];
        }
        catch (DbException)
        {
            // A database that does not answer has no size; that it does not answer is told elsewhere.
            return [];
        }
    }
}
