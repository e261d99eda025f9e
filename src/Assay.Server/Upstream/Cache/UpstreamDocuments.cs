using System.Collections.Concurrent;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Trust.Guards;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>
/// Packages of upstream registries that were asked for lately, within a memory budget. Whoever asks for a name that is being fetched waits for
/// that one fetch; it goes on when they give up.
/// </summary>
internal sealed class UpstreamDocuments : IDisposable
{
    private const int MostPlaces = 50_000;

    private readonly ConcurrentDictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim reading;
    private readonly FetchDocument fetch;
    private readonly UpstreamKeys keys;
    private readonly Rulings rulings;
    private readonly KnownMalware malware;
    private readonly GuardRules rules;
    private readonly UpstreamOptions options;
    private readonly Uri publicBase;
    private readonly TimeProvider time;
    private long clock;

    public UpstreamDocuments(
        FetchDocument fetch, UpstreamKeys keys, Rulings rulings, KnownMalware malware, GuardRules rules, IChangeFeed changes, PublicUrl publicUrl,
        IOptions<UpstreamOptions> options, TimeProvider time)
    {
        this.fetch = fetch;
        this.keys = keys;
        this.rulings = rulings;
        this.malware = malware;
        this.rules = rules;
        this.options = options.Value;
        this.time = time;
        // Each holds a whole document for a while.
        reading = new SemaphoreSlim(this.options.Connections);
        publicBase = publicUrl.Base;
        changes.Changed += Forget;
    }

    public async Task<UpstreamFinding> FindAsync(UpstreamRegistry registry, PackageName name, CancellationToken cancellationToken)
    {
        var place = PlaceOf(name);
        return place.Settled is { } settled && time.GetUtcNow() < settled.Until
            ? settled.Finding
            : await StartAsync(place, registry, name).WaitAsync(cancellationToken);
    }

    /// <summary>For whoever wants the name: that it was free a while ago says nothing.</summary>
    public async Task<UpstreamFinding> AskAgainAsync(UpstreamRegistry registry, PackageName name, CancellationToken cancellationToken)
    {
        var place = PlaceOf(name);
        return place.Settled is { Finding: UpstreamFinding.Found } settled && time.GetUtcNow() < settled.Until
            ? settled.Finding
            : await StartAsync(place, registry, name).WaitAsync(cancellationToken);
    }

    private Place PlaceOf(PackageName name)
    {
        var place = places.GetOrAdd(name.Value, _ => new Place());
        place.LastUsed = Interlocked.Increment(ref clock);
        return place;
    }

    public void Dispose() => reading.Dispose();

    private Task<UpstreamFinding> StartAsync(Place place, UpstreamRegistry registry, PackageName name)
    {
        lock (place)
        {
            return place.Running is { IsCompleted: false } running ? running : place.Running = Task.Run(() => LookAsync(place, registry, name));
        }
    }

    private async Task<UpstreamFinding> LookAsync(Place place, UpstreamRegistry registry, PackageName name)
    {
        await reading.WaitAsync();
        try
        {
            return await LookNowAsync(place, registry, name);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<UpstreamFinding> LookNowAsync(Place place, UpstreamRegistry registry, PackageName name)
    {
        var (document, finding) = await fetch.RunAsync(registry, name, CancellationToken.None);
        var now = time.GetUtcNow();
        if (document is not null)
        {
            var malicious = await malware.OfAsync(name, CancellationToken.None);
            var judged = new JudgedVersions(document.Packument, rules, await rulings.ListAsync(CancellationToken.None), malicious, now);
            var known = await KnownKeysAsync(registry, document);
            finding = new UpstreamFinding.Found(new UpstreamSnapshot(document, judged, known, publicBase) { ShownSince = now });
            place.Settled = new(finding, judged.AgainAt is { } again && again < document.CurrentUntil ? again : document.CurrentUntil);
        }
        else
        {
            place.Settled = new(finding!, now.AddSeconds(finding is UpstreamFinding.Missing ? options.MissingSeconds : options.RetrySeconds));
        }
        KeepWithinBudget();
        return finding!;
    }

    // A registry that does not answer is not waited for once more.
    private Task<IReadOnlySet<string>> KnownKeysAsync(UpstreamRegistry registry, CachedDocument document) => document.StaleBecause is null
        ? keys.AskedForAsync(registry, document.Packument.Versions, CancellationToken.None)
        : keys.KnownAsync(registry.Key, CancellationToken.None);

    private void Forget(IReadOnlyCollection<string> keys)
    {
        if (keys.Contains(IChangeFeed.Everything) || keys.Contains(Rulings.ChangeKey) || keys.Contains(KnownMalware.ChangeKey) || keys.Contains(UpstreamKeys.ChangeKey))
        {
            places.Clear();
        }
    }

    private void KeepWithinBudget()
    {
        // Sorting all of them is for when there are too many.
        if (places.Count <= MostPlaces && places.Sum(entry => entry.Value.Cost) <= options.DocumentCacheBytes)
        {
            return;
        }
        var held = places.Where(entry => entry.Value.Running is not { IsCompleted: false }).Select(entry => (entry.Key, entry.Value, entry.Value.LastUsed, Cost: entry.Value.Cost)).ToList();
        var (total, count) = (held.Sum(entry => entry.Cost), held.Count);
        foreach (var (key, place, _, cost) in held.OrderBy(entry => entry.LastUsed).TakeWhile(_ => total > options.DocumentCacheBytes || count > MostPlaces))
        {
            places.TryRemove(new KeyValuePair<string, Place>(key, place));
            total -= cost;
            count--;
        }
    }

    private sealed class Place
    {
        public volatile Settled? Settled;

        public Task<UpstreamFinding>? Running { get; set; }

        public long LastUsed { get; set; }

        public long Cost => Settled?.Finding is UpstreamFinding.Found found ? found.Snapshot.Cost : 64;
    }

    private sealed record Settled(UpstreamFinding Finding, DateTimeOffset Until);
}
