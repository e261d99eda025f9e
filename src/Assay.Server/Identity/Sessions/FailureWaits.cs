using System.Collections.Concurrent;

namespace Assay.Server.Identity;

/// <summary>Makes guessing slow without locking anybody out: after some failures the next try has to wait, longer each time, at most a minute.</summary>
internal sealed class FailureWaits(TimeProvider time)
{
    private const int Capacity = 50_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgiveness = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<string, Failures> failures = new(StringComparer.Ordinal);

    /// <summary>Held while one try is checked: guesses that come at once would all be checked before the first failure is counted.</summary>
    public SemaphoreSlim TurnOf(string key) => turns[(uint)StringComparer.Ordinal.GetHashCode(key) % (uint)turns.Length];

    /// <summary>How long whoever goes by these keys has to wait; zero when they may try now.</summary>
    public TimeSpan WaitFor(IEnumerable<string> keys)
    {
        var now = time.GetUtcNow();
        var until = keys.Max(key => failures.TryGetValue(key, out var found) ? found.NotBefore : DateTimeOffset.MinValue);
        return until > now ? until - now : TimeSpan.Zero;
    }

    /// <param name="key">Who failed.</param>
    /// <param name="free">Failures before the next try has to wait.</param>
    public void Failed(string key, int free)
    {
        if (failures.Count >= Capacity)
        {
            failures.Clear();
        }
        failures.AddOrUpdate(key, _ => Next(null, free), (_, earlier) => Next(earlier, free));
    }

    public void Forget(string key) => failures.TryRemove(key, out _);

    private Failures Next(Failures? earlier, int free)
    {
        var now = time.GetUtcNow();
        var count = earlier is null || now - earlier.LastAt > Forgiveness ? 1 : earlier.Count + 1;
        var beyond = count - free;
        var wait = beyond < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Pow(2, Math.Min(beyond, 10)));
        return new Failures(count, now, now + (wait < LongestWait ? wait : LongestWait));
    }

    private sealed record Failures(int Count, DateTimeOffset LastAt, DateTimeOffset NotBefore);
}
