using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>What a package or a scope demands besides its lock.</summary>
internal enum DemandKind
{
    /// <summary>Every sensitive act on it takes a passkey.</summary>
    PhishingResistant,

    /// <summary>What widens trust in it waits for a second person.</summary>
    SecondOwner,
}

/// <summary>A demand with its times: a demand holds from when it was said until its end, by the time and not by a job.</summary>
internal readonly record struct Demand(DateTimeOffset? Since, string? By, DateTimeOffset? Until)
{
    public bool IsOn(DateTimeOffset now) => Since is not null && !(Until <= now);

    /// <summary>The end that still waits.</summary>
    public DateTimeOffset? EndsAt(DateTimeOffset now) => IsOn(now) ? Until : null;
}

/// <summary>What a package or a scope itself demands.</summary>
internal static class OwnDemand
{
    public static IReadOnlyList<DemandKind> Kinds { get; } = [DemandKind.PhishingResistant, DemandKind.SecondOwner];

    /// <summary>As it is called in requests and answers.</summary>
    public static string Word(this DemandKind kind) => kind is DemandKind.PhishingResistant ? "phishingResistant" : "secondOwner";

    public static Demand DemandOf(this ILocked? row, DemandKind kind) => row is null ? default
        : kind is DemandKind.PhishingResistant
        ? new Demand(row.PhishingResistantSince, row.PhishingResistantBy, row.PhishingResistantUntil)
        : new Demand(row.SecondOwnerSince, row.SecondOwnerBy, row.SecondOwnerUntil);

    public static void SetDemand(this ILocked row, DemandKind kind, Demand demand)
    {
        if (kind is DemandKind.PhishingResistant)
        {
            (row.PhishingResistantSince, row.PhishingResistantBy, row.PhishingResistantUntil) = (demand.Since, demand.By, demand.Until);
        }
        else
        {
            (row.SecondOwnerSince, row.SecondOwnerBy, row.SecondOwnerUntil) = (demand.Since, demand.By, demand.Until);
        }
    }

    /// <summary>Those that demand it at a time, as a query.</summary>
    public static IQueryable<T> Demanding<T>(this IQueryable<T> rows, DemandKind kind, DateTimeOffset now)
        where T : class, ILocked => kind is DemandKind.PhishingResistant
        ? rows.Where(row => row.PhishingResistantSince != null && (row.PhishingResistantUntil == null || row.PhishingResistantUntil > now))
        : rows.Where(row => row.SecondOwnerSince != null && (row.SecondOwnerUntil == null || row.SecondOwnerUntil > now));
}
