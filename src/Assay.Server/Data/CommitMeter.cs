using System.Diagnostics.Metrics;

namespace Assay.Server.Data;

/// <summary>How writes are grouped, and how long a group takes until it is durable.</summary>
internal sealed class CommitMeter
{
    private readonly Histogram<long> size;
    private readonly Histogram<double> duration;
    private readonly Counter<long> rolledBack;

    public CommitMeter(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetrySource.Name);
        size = meter.CreateHistogram(
            "assay.commit.group.size", "{operation}", "Writes that shared one commit",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        duration = meter.CreateHistogram(
            "assay.commit.duration", "s", "Time from a group's first operation to its durable commit",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        rolledBack = meter.CreateCounter<long>("assay.commit.rollbacks", "{group}", "Groups that were rolled back");
    }

    public void Committed(int operations, TimeSpan took)
    {
        size.Record(operations);
        duration.Record(took.TotalSeconds);
    }

    public void RolledBack() => rolledBack.Add(1);
}
