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
    public Task<TValue?> GetAsync(TKey key, Func<Task<TValue?>> make, CancellationToken cancellationToken)
    {
        var place = places.GetOrAdd(key, static _ => new Place());
        place.LastUsed = Interlocked.Increment(ref clock);
        lock (place)
        {
            place.Making ??= Task.Run(() => MakeAsync(key, place, make), CancellationToken.None);
        }
        return place.Making.WaitAsync(cancellationToken);
    }

    private async Task<TValue?> MakeAsync(TKey key, Place place, Func<Task<TValue?>> make)
    {
        TValue? value = null;
        try
        {
            value = await make();
        }
        finally
        {
            if (value is null)
            {
                places.TryRemove(new KeyValuePair<TKey, Place>(key, place));
            }
        }
        if (value is not null)
        {
            Count(place, cost(key, value));
        }
        return value;
    }

    private void Count(Place place, long bytes)
    {
        lock (counting)
        {
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

    private sealed class Place
    {
        public Task<TValue?>? Making { get; set; }

        public long LastUsed { get; set; }

        public long Cost { get; set; }

        public bool IsCounted { get; set; }
    }
}
