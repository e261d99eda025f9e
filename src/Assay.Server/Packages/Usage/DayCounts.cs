using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Assay.Server.Packages;

/// <summary>So many of something on a day.</summary>
internal readonly record struct DayCount<TKey>(TKey Key, int Day, long Count);

/// <summary>
/// Counts by key and day in UTC, in memory, until they are taken away to be stored. Counting what was counted today already allocates nothing and takes no lock.
/// </summary>
internal sealed class DayCounts<TKey>(TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<(TKey Key, int Day), StrongBox<long>> counts = new();

    public void Add(TKey key, long amount = 1) => Add(key, Days.Of(time.GetUtcNow()), amount);

    /// <summary>What was counted since it was last taken.</summary>
    public IReadOnlyList<DayCount<TKey>> Take()
    {
        var today = Days.Of(time.GetUtcNow());
        List<DayCount<TKey>> taken = [];
        foreach (var (place, box) in counts)
        {
            if (Interlocked.Exchange(ref box.Value, 0) is > 0 and var count)
            {
                taken.Add(new DayCount<TKey>(place.Key, place.Day, count));
            }
            // A day longer than it lasts: whoever holds the box of a day that is just over may still count in it.
            else if (place.Day < today - 1)
            {
                counts.TryRemove(place, out _);
            }
        }
        return taken;
    }

    /// <summary>They could not be stored.</summary>
    public void PutBack(IEnumerable<DayCount<TKey>> taken)
    {
        foreach (var count in taken)
        {
            Add(count.Key, count.Day, count.Count);
        }
    }

    private void Add(TKey key, int day, long amount)
    {
        if (!counts.TryGetValue((key, day), out var box))
        {
            box = counts.GetOrAdd((key, day), static _ => new StrongBox<long>());
        }
        Interlocked.Add(ref box.Value, amount);
    }
}

/// <summary>Days and months as numbers, which both databases compare and sort alike.</summary>
internal static class Days
{
    public static int Of(DateTimeOffset time) => (int)(time.UtcTicks / TimeSpan.TicksPerDay);

    public static DateOnly DateOf(int day) => DateOnly.FromDayNumber(day);

    public static int MonthOf(int day) => DateOnly.FromDayNumber(day) is var date ? (date.Year * 12) + date.Month - 1 : 0;

    public static DateOnly FirstOf(int month) => new(month / 12, (month % 12) + 1, 1);
}
