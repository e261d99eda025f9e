using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;

namespace Assay.Server.Packages;

/// <summary>How the acts on a setting are recorded.</summary>
internal sealed record StrictnessEvents(string Set, string Loosening, string Loosened, string Kept)
{
    public static StrictnessEvents OfLocks { get; } = new("lock.set", "lock.loosening", "lock.loosened", "lock.kept");

    public static StrictnessEvents OfDemands { get; } = new("demand.set", "demand.loosening", "demand.loosened", "demand.kept");

    public static StrictnessEvents OfStaging { get; } = new("package.staging", "staging.loosening", "staging.loosened", "staging.kept");
}

/// <summary>A setting that is stricter at once and looser after a while: a lock, a demand, what is asked of stages.</summary>
internal abstract class Strictness<T>
    where T : struct
{
    public required string Subject { get; init; }

    /// <summary>As in "The lock of …".</summary>
    public abstract string Name { get; }

    /// <summary>In front of the values in the audit log.</summary>
    public virtual string Detail => "";

    public abstract StrictnessEvents Events { get; }

    /// <summary>What counts now.</summary>
    public required T Holds { get; init; }

    /// <summary>What will, and from when on.</summary>
    public required (T To, DateTimeOffset At)? Waiting { get; init; }

    public abstract string Word(T value);

    /// <summary>Just this is written already.</summary>
    public abstract bool Says(T value);

    public abstract bool IsLooser(T value);

    public abstract void Set(T value);

    /// <summary>What waits is taken back.</summary>
    public abstract void Keep();

    public abstract void LoosenFrom(DateTimeOffset at, T value);
}

/// <summary>Sets one: what is stricter holds at once, what is looser after a while, so that others see it who can take it back; setting what holds takes it back.</summary>
internal static class ChangeStrictness
{
    /// <summary>What was done, in words.</summary>
    /// <param name="commit">That of the change.</param>
    /// <param name="thing">The setting.</param>
    /// <param name="wanted">What it shall be.</param>
    /// <param name="actor">Who is recorded.</param>
    /// <param name="from">When what is looser takes effect; null for at once.</param>
    public static string Write<T>(Commit commit, Strictness<T> thing, T wanted, Actor actor, DateTimeOffset? from)
        where T : struct
    {
        if (from is { } later && thing.IsLooser(wanted))
        {
            return Loosen(commit, thing, wanted, actor, later);
        }
        if (thing.Waiting is { } waiting)
        {
            commit.Record(actor, thing.Events.Kept, thing.Subject, $"{thing.Detail}{thing.Word(thing.Holds)}, not {thing.Word(waiting.To)} from {JsonTime.Of(waiting.At)}");
        }
        if (!thing.Says(wanted))
        {
            commit.Record(actor, thing.IsLooser(wanted) ? thing.Events.Loosened : thing.Events.Set, thing.Subject, $"{thing.Detail}{thing.Word(wanted)}, was {thing.Word(thing.Holds)}");
            thing.Set(wanted);
        }
        else if (thing.Waiting is not null)
        {
            thing.Keep();
        }
        return $"The {thing.Name} of {thing.Subject} is '{thing.Word(wanted)}'." + (thing.Waiting is null ? "" : " Nothing is loosened.");
    }

    private static string Loosen<T>(Commit commit, Strictness<T> thing, T wanted, Actor actor, DateTimeOffset from)
        where T : struct
    {
        if (thing.Waiting is { } waiting && waiting.To.Equals(wanted))
        {
            // Asked again: it waits no longer and no shorter.
            from = waiting.At;
        }
        else
        {
            thing.LoosenFrom(from, wanted);
            commit.Record(actor, thing.Events.Loosening, thing.Subject, $"{thing.Detail}{thing.Word(wanted)} from {JsonTime.Of(from)}, until then {thing.Word(thing.Holds)}");
        }
        return $"The {thing.Name} of {thing.Subject} is loosened to '{thing.Word(wanted)}' only from {JsonTime.Of(from)}; until then it stays '{thing.Word(thing.Holds)}'. "
            + $"Whoever administers it can take that back: set '{thing.Word(thing.Holds)}' again.";
    }
}
