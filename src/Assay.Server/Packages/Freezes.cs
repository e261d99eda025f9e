using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// The packages and scopes that nobody may change, neither runs nor people. Exchanges ask what is remembered; a change asks in its own
/// commit, where the answer counts.
/// </summary>
internal sealed class Freezes
{
    private const string Prefix = "frozen-names:";
    private const string All = "all";

    private readonly RegistryDbSource source;
    private readonly Remembered<FrozenDictionary<string, Freeze>> remembered;

    public Freezes(RegistryDbSource source, IChangeFeed changes)
    {
        this.source = source;
        remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync());
    }

    /// <summary>The change key of all freezes of packages and scopes: there are few at a time.</summary>
    public const string ChangeKey = Prefix + All;

    /// <summary>As it is remembered: what stands in the way of changing this package, or null.</summary>
    public async ValueTask<Freeze?> FindAsync(PackageName name, CancellationToken cancellationToken)
    {
        var frozen = await remembered.GetAsync(All, cancellationToken);
        return frozen.GetValueOrDefault(name.Value) ?? (name.Scope is null ? null : frozen.GetValueOrDefault(name.Scope));
    }

    /// <summary>As it is stored; for use in the commit that would change the package.</summary>
    public static async Task<Denial?> RefuseAsync(RegistryDb db, PackageName name, CancellationToken cancellationToken)
    {
        var rows = db.Freezes.Where(row => row.LiftedAt == null
            && ((row.Kind == FreezeRow.OfPackage && row.Subject == name.Value) || (row.Kind == FreezeRow.OfScope && row.Subject == name.Scope)));
        var freeze = await Freeze.From(db, rows.OrderBy(row => row.Id)).FirstOrDefaultAsync(cancellationToken);
        return freeze?.Denial;
    }

    // A package's name has a slash where a scope's has none, so both fit under one key.
    private async Task<FrozenDictionary<string, Freeze>> LoadAsync()
    {
        await using var db = source.Open();
        var rows = db.Freezes.Where(row => row.LiftedAt == null && (row.Kind == FreezeRow.OfPackage || row.Kind == FreezeRow.OfScope));
        var freezes = await Freeze.From(db, rows.OrderBy(row => row.Id)).ToListAsync();
        return freezes.DistinctBy(freeze => freeze.Subject).ToFrozenDictionary(freeze => freeze.Subject, StringComparer.Ordinal);
    }
}
