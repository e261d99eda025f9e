using System.Collections.Concurrent;

namespace Assay.Server.Data;

/// <summary>
/// Values that are dear to make and never change under their key, kept as long as a budget of memory allows; what was used longest ago goes first. Those who
/// ask for one that is being made wait for the one maker. Failures and nulls are not kept.
/// </summary>
internal sealed class WithinBudget<TKey, TValue>(long budget, Func<TKey, TValue, long> cost)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Place> places = new();
    private readonly Lock counting = new();
    private long held;
    private long clock;

    public long Held => Interlocked.Read(ref held);

    /// <summary>The value; <paramref name="make"/> runs to its end even when this caller goes away, for those who wait with it.</summary>
    public async Task<TValue?> GetAsync(TKey key, Func<Task<TValue?>> make, CancellationToken cancellationToken)
    {
        var place = places.GetOrAdd(key, static (_, make) => new Place(new Lazy<Task<TValue?>>(() => Task.Run(make))), make);
        place.LastUsed = Interlocked.Increment(ref clock);
        var isMaker = !place.Value.IsValueCreated;
        try
        {
            var value = await place.Value.Value.WaitAsync(cancellationToken);
            if (value is null)
            {
                places.TryRemove(new KeyValuePair<TKey, Place>(key, place));
            }
            else if (isMaker || !place.IsCounted)
            {
                Count(key, place, cost(key, value));
            }
            return value;
        }
        catch when (place.Value.Value.IsFaulted)
        {
            places.TryRemove(new KeyValuePair<TKey, Place>(key, place));
            throw;
        }
    }

    private void Count(TKey key, Place place, long bytes)
    {
        lock (counting)
        {
            if (place.IsCounted || !places.TryGetValue(key, out var now) || now != place)
            {
                return;
            }
            place.Cost = bytes;
            place.IsCounted = true;
            held += bytes;
            if (held > budget)
            {
                DropOldest();
            }
        }
    }

    private void DropOldest()
    {
        foreach (var entry in places.Where(entry => entry.Value.IsCounted).OrderBy(entry => entry.Value.LastUsed).ToList())
        {
            if (held <= budget)
            {
                return;
            }
            if (places.TryRemove(entry))
            {
                held -= entry.Value.Cost;
            }
        }
    }

    private sealed class Place(Lazy<Task<TValue?>> value)
    {
        public Lazy<Task<TValue?>> Value { get; } = value;

        public long LastUsed { get; set; }

        public long Cost { get; set; }

        public volatile bool IsCounted;
    }
}
