using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Keeps a new name from passing for one that is there. Not in scopes of organisations, where only members make names; and not where an operator said of this very
/// name that it is this registry's.
/// </summary>
internal static class LookAlikes
{
    public const string Code = "name-too-similar";

    /// <summary>Null when the name may begin. In the commit in which it would.</summary>
    public static async Task<Denial?> RefuseAsync(RegistryDb db, PackageName name, Caller caller, CancellationToken cancellationToken) =>
        caller is Caller.Member { IsAdministrator: true } || await FindAsync(db, name, cancellationToken) is not { Count: > 0 } similar
            ? null
            : Refused(name, await FirstKnownAsync(db, similar, caller as Caller.Member, cancellationToken));

    /// <summary>As above for somebody who knows every name, and what they would have to do.</summary>
    public static async Task<Denial?> RefuseToOperatorAsync(RegistryDb db, PackageName name, CancellationToken cancellationToken) =>
        await FindAsync(db, name, cancellationToken) is [{ Name: var other }, ..]
            ? new Denial(StatusCodes.Status403Forbidden, Code, $"{name} would pass for {other}, which is here. If it shall be here all the same: ./run admin name own {name}")
            : null;

    /// <summary>A scope that is here and for which this one would pass, but for those of one organisation: they are in the same hands. Null when there is none.</summary>
    public static async Task<string?> ScopeAsync(RegistryDb db, string scope, long? butOf, CancellationToken cancellationToken)
    {
        var key = LookAlike.Of(scope);
        var own = db.Scopes.Where(row => row.OrganisationId != null && row.OrganisationId == butOf).Select(row => row.Name);
        // Few compared to packages, and asked when an organisation is made.
        var others = await db.Scopes.Where(row => row.OrganisationId != null).Select(row => row.Name)
            .Union(db.Packages.Where(row => row.Scope != null).Select(row => row.Scope!))
            .Where(name => name != scope && !own.Contains(name)).ToListAsync(cancellationToken);
        return others.Order(StringComparer.Ordinal).FirstOrDefault(other => LookAlike.Of(other) == key);
    }

    private static async Task<List<PackageRow>> FindAsync(RegistryDb db, PackageName name, CancellationToken cancellationToken)
    {
        var key = LookAlike.Of(name.Value);
        var similar = await db.Packages.Where(row => row.LookAlike == key && row.Name != name.Value).OrderBy(row => row.Name).ToListAsync(cancellationToken);
        return similar.Count == 0 || await IsForMembersAsync(db, name, cancellationToken) || await db.OwnedNames.AnyAsync(row => row.Name == name.Value, cancellationToken)
            ? []
            : similar;
    }

    private static async Task<bool> IsForMembersAsync(RegistryDb db, PackageName name, CancellationToken cancellationToken) =>
        await PackageRights.ScopeAsync(db, name.Scope, cancellationToken) is { OrganisationId: not null };

    // Who may not know a package is not told its name by a refusal.
    private static async Task<string?> FirstKnownAsync(RegistryDb db, List<PackageRow> similar, Caller.Member? member, CancellationToken cancellationToken)
    {
        foreach (var package in similar)
        {
            if (PackageRules.ReadersOf(package) is ReadCircle.Public
                || (member is not null && await PackageRights.RefuseToSeeAsync(db, package, member, PackageRole.Read, cancellationToken) is null))
            {
                return package.Name;
            }
        }
        return null;
    }

    private static Denial Refused(PackageName name, string? other) => new(
        StatusCodes.Status403Forbidden,
        Code,
        $"{name} would pass for {(other is null ? "another package here" : $"{other}, which is here")}: the two differ by nothing but case, '-', '_' and '.'. "
        + "Choose another name, or one in a scope. An administrator of this registry can take it all the same.");
}
