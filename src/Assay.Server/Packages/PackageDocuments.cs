using System.Collections.Concurrent;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// The snapshots of packages lately read, within a memory budget. A change removes the package's place; a snapshot still being loaded for
/// the old place is only seen by those who asked before the change.
/// </summary>
internal sealed class PackageDocuments
{
    public const string ChangePrefix = PackageRow.ChangePrefix;

    private readonly ConcurrentDictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly RegistryDbSource source;
    private readonly Uri publicBase;
    private readonly IWorkloadAuthority authority;
    private readonly PackagesMeter meter;
    private readonly AttestationMode mode;
    private readonly long budget;
    private long clock;

    public PackageDocuments(
        RegistryDbSource source, IChangeFeed changes, PublicUrl publicUrl, IOptions<PackagesOptions> options,
        IOptions<AttestationsOptions> attestations, IWorkloadAuthority authority, PackagesMeter meter)
    {
        this.source = source;
        this.authority = authority;
        this.meter = meter;
        publicBase = publicUrl.Base;
        mode = attestations.Value.Mode;
        budget = options.Value.DocumentCacheBytes;
        changes.Changed += Forget;
    }

    public static string ChangeKey(PackageName name) => ChangePrefix + name.Value;

    /// <summary>The change key of everything in a scope: who may do what there became something else.</summary>
    public static string ScopeChangeKey(string scope) => $"{ChangePrefix}{scope}/";

    /// <summary>The package, or null: what does not exist and what the caller may not know are one answer.</summary>
    public async ValueTask<PackageSnapshot?> FindReadableAsync(PackageName name, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } snapshot
            && (PackageRules.MayRead(caller, snapshot) || await IsReachedByPatternAsync(name, caller, cancellationToken))
            ? snapshot
            : null;

    /// <summary>The package, or null when there is none with anything to read.</summary>
    public async ValueTask<PackageSnapshot?> FindAsync(PackageName name, CancellationToken cancellationToken)
    {
        var place = places.GetOrAdd(name.Value, _ => new Place());
        place.LastUsed = Interlocked.Increment(ref clock);
        if (place.Loaded is { } loaded)
        {
            meter.LookedUp(inMemory: true);
            return loaded;
        }
        meter.LookedUp(inMemory: false);
        return await LoadAsync(place, name).WaitAsync(cancellationToken);
    }

    private async ValueTask<bool> IsReachedByPatternAsync(PackageName name, Caller caller, CancellationToken cancellationToken) =>
        caller is Caller.Workload { Grant: var grant } && grant.IsForPatternOf(name) && await authority.IsReachedByPatternsAsync(name, cancellationToken);

    private Task<PackageSnapshot?> LoadAsync(Place place, PackageName name)
    {
        lock (place)
        {
            return place.Loading ??= Task.Run(() => LoadIntoAsync(place, name));
        }
    }

    private async Task<PackageSnapshot?> LoadIntoAsync(Place place, PackageName name)
    {
        try
        {
            await using var db = source.Open();
            place.Loaded = await PackageReading.LoadAsync(db, name, publicBase, mode);
        }
        finally
        {
            // Names that do not exist are not remembered: anybody could fill the memory with them.
            if (place.Loaded is null)
            {
                places.TryRemove(new KeyValuePair<string, Place>(name.Value, place));
            }
        }
        KeepWithinBudget();
        return place.Loaded;
    }

    private void Forget(IReadOnlyCollection<string> keys)
    {
        if (keys.Contains(IChangeFeed.Everything))
        {
            places.Clear();
            return;
        }
        foreach (var key in keys.Where(key => key.StartsWith(ChangePrefix, StringComparison.Ordinal)))
        {
            Forget(key[ChangePrefix.Length..]);
        }
    }

    private void Forget(string nameOrScope)
    {
        if (!nameOrScope.EndsWith('/'))
        {
            places.TryRemove(nameOrScope, out _);
            return;
        }
        foreach (var name in places.Keys.Where(name => name.StartsWith(nameOrScope, StringComparison.Ordinal)))
        {
            places.TryRemove(name, out _);
        }
    }

    private void KeepWithinBudget()
    {
        var held = places.Select(entry => (entry.Key, entry.Value, Cost: entry.Value.Loaded?.Cost ?? 0)).ToList();
        var total = held.Sum(entry => entry.Cost);
        foreach (var (key, place, cost) in held.OrderBy(entry => entry.Value.LastUsed).TakeWhile(_ => total > budget))
        {
            places.TryRemove(new KeyValuePair<string, Place>(key, place));
            total -= cost;
        }
    }

    private sealed class Place
    {
        public volatile PackageSnapshot? Loaded;

        public Task<PackageSnapshot?>? Loading { get; set; }

        public long LastUsed { get; set; }
    }
}
