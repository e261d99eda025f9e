using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Counts reports of leaked tokens per address, in windows of a minute: each can ask about many tokens.</summary>
internal sealed class LeakLimits(IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int Capacity = 50_000;

    private readonly ConcurrentDictionary<string, Window> windows = new(StringComparer.Ordinal);

    /// <summary>Null when this report may be taken, otherwise how long to wait.</summary>
    public TimeSpan? Take(string address)
    {
        if (windows.Count >= Capacity)
        {
            windows.Clear();
        }
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var window = windows.AddOrUpdate(
            address, _ => new Window(minute, 1), (_, found) => found.Minute == minute ? found with { Count = found.Count + 1 } : new Window(minute, 1));
        return window.Count <= options.Value.LeakReportsPerMinute ? null : TimeSpan.FromSeconds(60 - (time.GetUtcNow().ToUnixTimeSeconds() % 60));
    }

    private sealed record Window(long Minute, int Count);
}
