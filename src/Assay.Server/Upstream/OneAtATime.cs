using System.Collections.Concurrent;

namespace Assay.Server.Upstream;

/// <summary>Work that several want at once is done once. It goes on when those who wait give up.</summary>
internal sealed class OneAtATime<T>
{
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> running = new(StringComparer.Ordinal);

    public Task<T> RunAsync(string key, Func<Task<T>> work, CancellationToken cancellationToken) =>
        running.GetOrAdd(key, _ => new Lazy<Task<T>>(() => Task.Run(() => DoAsync(key, work)))).Value.WaitAsync(cancellationToken);

    private async Task<T> DoAsync(string key, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            running.TryRemove(key, out _);
        }
    }
}
