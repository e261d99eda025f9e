using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Which names are this registry's: those that it has or ever had, those that policies reserve, and what operators and first publishes made its own. Nobody else
/// ever answers for them.
/// </summary>
internal sealed class OwnedNames
{
    private const string Prefix = "owned-names:";
    private const string All = "all";
    private const int NamesRemembered = 50_000;
    private const int Together = 500;

    private readonly RegistryDbSource source;
    private readonly Remembered<FrozenSet<string>> owned;
    private readonly Remembered<Known> packages;

    public OwnedNames(RegistryDbSource source, IChangeFeed changes)
    {
        this.source = source;
        owned = new(changes, Prefix, capacity: 1, _ => LoadAsync());
        packages = new(changes, PackageDocuments.ChangePrefix, NamesRemembered, LookUpAsync);
    }

    /// <summary>The change key of all names and scopes that somebody made this registry's: there are few.</summary>
    public const string ChangeKey = Prefix + All;

    public async ValueTask<bool> HasAsync(PackageName name, CancellationToken cancellationToken) =>
        await IsDeclaredAsync(name, cancellationToken) || (await packages.GetAsync(name.Value, cancellationToken)).IsThere;

    /// <summary>Whether the name or its scope was made this registry's, with or without a package.</summary>
    public async ValueTask<bool> IsDeclaredAsync(PackageName name, CancellationToken cancellationToken)
    {
        var declared = await owned.GetAsync(All, cancellationToken);
        return declared.Contains(name.Value) || (name.Scope is { } scope && declared.Contains(scope));
    }

    /// <summary>Those of many names that are this registry's.</summary>
    public async Task<IReadOnlySet<string>> AmongAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        HashSet<string> ours = new(StringComparer.Ordinal);
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        foreach (var some in names.Chunk(Together))
        {
            ours.UnionWith(await AmongAsync(db, some, cancellationToken));
        }
        return ours;
    }

    /// <summary>In the commit of a scope's first name, when nobody else answers for the scope.</summary>
    public static async Task TakeScopeAsync(Commit commit, PackageName name, Actor actor, CancellationToken cancellationToken)
    {
        if (name.Scope is { } scope)
        {
            await TakeAsync(commit, scope, actor, cancellationToken);
        }
    }

    /// <summary>A scope or a name; false when it is already.</summary>
    public static async Task<bool> TakeAsync(Commit commit, string name, Actor actor, CancellationToken cancellationToken)
    {
        if (await commit.Db.OwnedNames.AnyAsync(row => row.Name == name, cancellationToken))
        {
            return false;
        }
        commit.Db.OwnedNames.Add(new OwnedNameRow { Name = name, By = actor.Name, At = commit.Now });
        commit.Record(actor, "name.owned", name);
        commit.Changed(ChangeKey);
        return true;
    }

    private static async Task<IEnumerable<string>> AmongAsync(RegistryDb db, string[] names, CancellationToken cancellationToken)
    {
        string[] asked = [.. names, .. names.Select(ScopeOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        var stored = await db.Packages.Where(row => names.Contains(row.Name)).Select(row => row.Name).ToListAsync(cancellationToken);
        var declared = (await db.OwnedNames.Where(row => asked.Contains(row.Name)).Select(row => row.Name).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return stored.Concat(names.Where(name => declared.Contains(name) || (ScopeOf(name) is { } scope && declared.Contains(scope))));
    }

    private static string? ScopeOf(string name) => PackageName.TryParse(name, null, out var parsed) ? parsed.Scope : null;

    private async Task<FrozenSet<string>> LoadAsync()
    {
        await using var db = source.Open();
        return (await db.OwnedNames.Select(row => row.Name).ToListAsync()).ToFrozenSet(StringComparer.Ordinal);
    }

    private async Task<Known> LookUpAsync(string name)
    {
        await using var db = source.Open();
        return new Known(await db.Packages.AnyAsync(row => row.Name == name));
    }

    private sealed record Known(bool IsThere);
}
