using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Makes guessing slow without locking anybody out: after some failures the next try for that name from that address, or from that
/// address at all, has to wait, longer each time, at most a minute.
/// </summary>
internal sealed class SignInThrottle(IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int Capacity = 50_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgiveness = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<string, Failures> failures = new(StringComparer.Ordinal);

    /// <summary>Held while a password from this address is checked.</summary>
    public SemaphoreSlim TurnOf(string address) => turns[(uint)StringComparer.Ordinal.GetHashCode(address) % (uint)turns.Length];

    /// <summary>How long this caller has to wait; zero when it may try now.</summary>
    public TimeSpan WaitFor(string name, string address)
    {
        var now = time.GetUtcNow();
        var until = Keys(name, address).Max(key => failures.TryGetValue(key, out var found) ? found.NotBefore : DateTimeOffset.MinValue);
        return until > now ? until - now : TimeSpan.Zero;
    }

    public void Failed(string name, string address)
    {
        if (failures.Count >= Capacity)
        {
            failures.Clear();
        }
        foreach (var key in Keys(name, address))
        {
            failures.AddOrUpdate(key, _ => Next(null), (_, earlier) => Next(earlier));
        }
    }

    public void Succeeded(string name, string address) => failures.TryRemove(Keys(name, address)[0], out _);

    private static string[] Keys(string name, string address) => [$"{address} {name}", address];

    private Failures Next(Failures? earlier)
    {
        var now = time.GetUtcNow();
        var count = earlier is null || now - earlier.LastAt > Forgiveness ? 1 : earlier.Count + 1;
        var beyond = count - options.Value.FreeSignInFailures;
        var wait = beyond < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Pow(2, Math.Min(beyond, 10)));
        return new Failures(count, now, now + (wait < LongestWait ? wait : LongestWait));
    }

    private sealed record Failures(int Count, DateTimeOffset LastAt, DateTimeOffset NotBefore);
}
