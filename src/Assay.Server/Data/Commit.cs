namespace Assay.Server.Data;

/// <summary>What an operation gets to decide and write with, inside the group's transaction.</summary>
internal sealed class Commit(RegistryDb db, DateTimeOffset now)
{
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    public RegistryDb Db { get; } = db;

    /// <summary>One time for everything that commits together.</summary>
    public DateTimeOffset Now { get; } = now;

    public IReadOnlyCollection<string> ChangedKeys => changed;

    /// <summary>Says what remembered answers this commit makes stale, for this node and all others.</summary>
    public void Changed(string key) => changed.Add(key);
}
