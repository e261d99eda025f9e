using Assay.Npm;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary>Which names are this registry's own: there is a row of the package, or the name or its scope was taken. Nobody else learns of them.</summary>
internal sealed class KeptNames(RegistryDbSource source)
{
    private const int Together = 500;

    public async Task<IReadOnlySet<string>> AmongAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        HashSet<string> kept = new(StringComparer.Ordinal);
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        foreach (var some in names.Chunk(Together))
        {
            kept.UnionWith(await AmongAsync(db, some, cancellationToken));
        }
        return kept;
    }

    private static async Task<IEnumerable<string>> AmongAsync(RegistryDb db, string[] names, CancellationToken cancellationToken)
    {
        string[] taken = [.. names, .. names.Select(ScopeOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        var stored = await db.Packages.Where(row => names.Contains(row.Name)).Select(row => row.Name).ToListAsync(cancellationToken);
        var owned = (await db.OwnedNames.Where(row => taken.Contains(row.Name)).Select(row => row.Name).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return stored.Concat(names.Where(name => owned.Contains(name) || (ScopeOf(name) is { } scope && owned.Contains(scope))));
    }

    private static string? ScopeOf(string name) => PackageName.TryParse(name, null, out var parsed) ? parsed.Scope : null;
}
