using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>What a package or a scope itself says of its lock. By the time, not by a job: a loosening that waited holds from its time on.</summary>
internal static class OwnLock
{
    /// <summary>Null where nothing is said.</summary>
    public static PublishLock? At(this ILocked? row, DateTimeOffset now) => row is null
        ? null
        : Parse(row.IsLoosened(now) ? row.LoosensTo : row.Lock);

    /// <summary>The loosening that still waits.</summary>
    public static (PublishLock To, DateTimeOffset At)? Waiting(this ILocked? row, DateTimeOffset now) =>
        row is { LoosensTo: { } to, LoosensAt: { } at } && at > now && Parse(to) is { } loosened ? (loosened, at) : null;

    /// <summary>Since when what holds was said, and by whom or what.</summary>
    public static (DateTimeOffset? At, string? By) Origin(this ILocked row, DateTimeOffset now) =>
        row.IsLoosened(now) ? (row.LoosensAt, row.LoosenedBy) : (row.LockedAt, row.LockedBy);

    /// <summary>From now on exactly this. What waited is over, or was taken back.</summary>
    public static void Set(this ILocked row, PublishLock held, DateTimeOffset now, string by)
    {
        (row.Lock, row.LockedAt, row.LockedBy) = (held.Word(), now, by);
        row.Keep();
    }

    /// <summary>What waited is taken back.</summary>
    public static void Keep(this ILocked row) => (row.LoosensTo, row.LoosensAt, row.LoosenedBy) = (null, null, null);

    /// <summary>What holds stays until then.</summary>
    public static void LoosenFrom(this ILocked row, DateTimeOffset at, PublishLock to, DateTimeOffset now, string by)
    {
        if (row.IsLoosened(now))
        {
            (row.Lock, row.LockedAt, row.LockedBy) = (row.LoosensTo, row.LoosensAt, row.LoosenedBy);
        }
        (row.LoosensTo, row.LoosensAt, row.LoosenedBy) = (to.Word(), at, by);
    }

    private static bool IsLoosened(this ILocked row, DateTimeOffset now) => row.LoosensAt <= now;

    // A word that nobody knows is the strictest.
    private static PublishLock? Parse(string? word) => word is null ? null : PublishLocks.Parse(word) ?? PublishLock.OidcOnly;
}
