using Assay.Server.Data.Rows;

namespace Assay.Server.Data;

/// <summary>What an operation gets to decide and write with, inside the group's transaction.</summary>
internal sealed class Commit(RegistryDb db, DateTimeOffset now)
{
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, object> parts = [];

    public RegistryDb Db { get; } = db;

    /// <summary>One time for everything that commits together.</summary>
    public DateTimeOffset Now { get; } = now;

    public IReadOnlyCollection<string> ChangedKeys => changed;

    /// <summary>Says what remembered answers this commit makes stale, for this node and all others.</summary>
    public void Changed(string key) => changed.Add(key);

    /// <summary>The security-relevant acts of the group so far, in their order.</summary>
    public IList<AuditEventRow> Recorded { get; } = [];

    /// <summary>Acts that were recorded by a statement for a whole set, and are not among <see cref="Recorded"/>: found by action, time and detail.</summary>
    public IList<RecordedSet> RecordedSets { get; } = [];

    /// <summary>What a room keeps for as long as this group goes on: made at the first call, gone when the group fails.</summary>
    public T Part<T>(Func<T> make)
        where T : class
    {
        if (!parts.TryGetValue(typeof(T), out var part))
        {
            parts[typeof(T)] = part = make();
        }
        return (T)part;
    }
}

/// <summary>Acts of one kind that were recorded together, all with the same detail.</summary>
internal sealed record RecordedSet(string Action, string Detail);
