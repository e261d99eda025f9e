using Assay.Cli.Logs;

namespace Assay.Cli.Monitoring;

/// <summary>One look at a log: is it still the one that was seen before, and is everything that is new in it sound?</summary>
internal static class LogMonitor
{
    private const int BundlesAtOnce = 8;

    public static async Task<MonitorReport> RunAsync(LogSource source, bool full, CancellationToken cancellationToken)
    {
        using var log = await LogSession.OpenAsync(source, cancellationToken)
            ?? throw new LogRefuted($"{source.Registry.Registry} shows no log.");
        var head = log.Newest.Head;
        var from = full ? null : log.Read;
        var reading = await new LogReading(log.Tiles, head, BundlesAtOnce).RunAsync(from, cancellationToken);
        if (reading.Problems.Count == 0)
        {
            await log.RememberAsync(LogMemory.Of(head), cancellationToken);
        }
        return new MonitorReport(head, log.Trust, from?.Size ?? 0, reading);
    }
}
