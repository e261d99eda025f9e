using System.Collections.Concurrent;
using Assay.Npm;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Credentials seen lately, so that a read costs no database work. Forgotten when they change; unknown tokens are not remembered.</summary>
internal sealed class CredentialCache
{
    private const int Capacity = 20_000;

    private readonly ConcurrentDictionary<TokenHash, Remembered> entries = new();
    private readonly IReadOnlyList<ICredentialSource> sources;
    private readonly TimeProvider time;
    private long generation;

    public CredentialCache(IEnumerable<ICredentialSource> sources, IChangeFeed changes, TimeProvider time)
    {
        this.sources = [.. sources];
        this.time = time;
        changes.Changed += Forget;
    }

    public async ValueTask<Credential?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        // One that seems idle may have been used elsewhere since it was remembered.
        if (!entries.TryGetValue(hash, out var remembered) || remembered.Credential.IsIdle(time.GetUtcNow()))
        {
            // What is read before a change must not be remembered after it.
            var generationBefore = Interlocked.Read(ref generation);
            if (await AskSourcesAsync(hash, cancellationToken) is not { } found)
            {
                return null;
            }
            remembered = new Remembered(found);
            Remember(hash, remembered, generationBefore);
        }
        return remembered.Credential;
    }

    /// <summary>It was presented and is good.</summary>
    public void Used(Credential credential)
    {
        if (entries.TryGetValue(credential.Hash, out var remembered))
        {
            remembered.TouchAt(time.GetUtcNow());
        }
    }

    private async Task<Credential?> AskSourcesAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.FindAsync(hash, cancellationToken) is { } found)
            {
                return found;
            }
        }
        return null;
    }

    private void Remember(TokenHash hash, Remembered remembered, long generationBefore)
    {
        if (entries.Count >= Capacity)
        {
            entries.Clear();
        }
        entries[hash] = remembered;
        if (Interlocked.Read(ref generation) != generationBefore)
        {
            entries.TryRemove(hash, out _);
        }
    }

    private void Forget(IReadOnlyCollection<string> keys)
    {
        if (!keys.Any(key => key == IChangeFeed.Everything || key.StartsWith(Credential.Prefix, StringComparison.Ordinal)))
        {
            return;
        }
        Interlocked.Increment(ref generation);
        if (keys.Contains(IChangeFeed.Everything) || keys.Contains(Credential.AllChanged))
        {
            entries.Clear();
            return;
        }
        foreach (var key in keys)
        {
            if (Credential.TryReadChangeKey(key, out var hash))
            {
                entries.TryRemove(hash, out _);
            }
        }
    }

    private sealed class Remembered(Credential credential)
    {
        private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(10);
        private DateTimeOffset touchedAt;

        public Credential Credential { get; private set; } = credential;

        public void TouchAt(DateTimeOffset now)
        {
            if (now - touchedAt > TouchEvery)
            {
                touchedAt = now;
                Credential = Credential with { LastUsedAt = now };
                Credential.Source.Touch(Credential);
            }
        }
    }
}
