namespace Assay.Trust.Policies;

/// <summary>A policy's name and the times that decide whether it counts.</summary>
/// <param name="Id">Unique in the registry.</param>
/// <param name="ArmedAt">Since when it may wait for its first success, or for its next one.</param>
public sealed record PolicyLife(string Id, DateTimeOffset ArmedAt)
{
    /// <summary>A time that is not known yet: a second person has to agree first. No clock reaches it, and what is added to it is a time still.</summary>
    public static readonly DateTimeOffset Unknown = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Not before this: a widening that cools off.</summary>
    public DateTimeOffset EffectiveAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Not from this on.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Until when it shuts out wider policies although it has ended; null for as long as the cooling-off.</summary>
    public DateTimeOffset? ShutsOutUntil { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public bool HasEnded(DateTimeOffset now) => EndsAt <= now;

    public bool IsInForce(DateTimeOffset now) => EffectiveAt <= now && !HasEnded(now);

    /// <summary>When a run or an owner last confirmed it.</summary>
    public DateTimeOffset LastConfirmedAt => LastUsedAt > ArmedAt ? LastUsedAt.Value : ArmedAt;
}
