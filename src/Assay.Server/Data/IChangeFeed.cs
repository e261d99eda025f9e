namespace Assay.Server.Data;

/// <summary>Carries the keys of committed changes to whoever remembers answers, on this node and on others.</summary>
internal interface IChangeFeed
{
    /// <summary>Called with the keys that became stale; <see cref="Everything"/> when it is not known which.</summary>
    event Action<IReadOnlyCollection<string>> Changed;

    /// <summary>Writes the keys beside the facts, in their transaction.</summary>
    Task RecordAsync(RegistryDb db, IReadOnlyCollection<string> keys);

    /// <summary>After the commit, before anybody is answered.</summary>
    void Announce(IReadOnlyCollection<string> keys);

    /// <summary>Returns when everything acknowledged before the call, on any node, has been announced here.</summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken);

    const string Everything = "*";
}
