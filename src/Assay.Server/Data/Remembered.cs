using System.Collections.Concurrent;

namespace Assay.Server.Data;

/// <summary>
/// Answers kept until what they were made from changes. A change removes the answer's place; an answer still being made for the old place
/// is only seen by those who asked before the change.
/// </summary>
internal sealed class Remembered<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> places = new(StringComparer.Ordinal);
    private readonly string prefix;
    private readonly int capacity;
    private readonly Func<string, Task<T>> make;

    public Remembered(IChangeFeed changes, string prefix, int capacity, Func<string, Task<T>> make)
    {
        this.prefix = prefix;
        this.capacity = capacity;
        this.make = make;
        changes.Changed += Forget;
    }

    public async ValueTask<T> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (!places.TryGetValue(name, out var place))
        {
            if (places.Count >= capacity)
            {
                places.Clear();
            }
            place = places.GetOrAdd(name, new Lazy<Task<T>>(() => Task.Run(() => make(name))));
        }
        try
        {
            return await place.Value.WaitAsync(cancellationToken);
        }
        catch when (place.Value.IsFaulted)
        {
            // A failure is not an answer: the next caller asks again.
            places.TryRemove(new KeyValuePair<string, Lazy<Task<T>>>(name, place));
            throw;
        }
    }

    private void Forget(IReadOnlyCollection<string> keys)
    {
        foreach (var key in keys)
        {
            if (key == IChangeFeed.Everything || key == prefix)
            {
                places.Clear();
            }
            else if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                places.TryRemove(key[prefix.Length..], out _);
            }
        }
    }
}
