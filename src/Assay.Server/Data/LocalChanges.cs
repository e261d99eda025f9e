namespace Assay.Server.Data;

/// <summary>One process alone with its database: a commit is announced before it is answered, so there is nothing to catch up with.</summary>
internal sealed class LocalChanges : IChangeFeed
{
    public event Action<IReadOnlyCollection<string>>? Changed;

    public Task RecordAsync(RegistryDb db, IReadOnlyCollection<string> keys) => Task.CompletedTask;

    public void Announce(IReadOnlyCollection<string> keys)
    {
        if (keys.Count > 0)
        {
            Changed?.Invoke(keys);
        }
    }

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
