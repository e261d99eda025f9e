using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Who may do what with packages, asked of the rows: for a change inside its own commit, and for lists. Reads ask <see cref="PackageRules"/>, from memory. Both leave
/// the answer to the one pure function, <see cref="PackageAccess.RoleOf(Standing?)"/>.
/// </summary>
internal static class PackageRights
{
    /// <summary>The package, or why this person may not do with it what takes that role. What they may not know is answered as what does not exist.</summary>
    public static async Task<(PackageRow? Package, Denial? Denial)> FindAsync(
        RegistryDb db, PackageName name, Caller.Member member, PackageRole need, CancellationToken cancellationToken)
    {
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        var denial = package is null ? PackageRules.Unknown(name.Value) : await RefuseAsync(db, package, member, need, cancellationToken);
        return denial is null ? (package, null) : (null, denial);
    }

    /// <summary>As <see cref="FindAsync"/>, to look at what only people of that role see: for that, a token that reads is enough.</summary>
    public static async Task<(PackageRow? Package, Denial? Denial)> FindToSeeAsync(
        RegistryDb db, PackageName name, Caller.Member member, PackageRole need, CancellationToken cancellationToken)
    {
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        var denial = package is null ? PackageRules.Unknown(name.Value) : await RefuseAsync(db, package, member, need, PackageRole.Read, cancellationToken);
        return denial is null ? (package, null) : (null, denial);
    }

    /// <summary>Null when this person may do with the package what takes that role.</summary>
    public static Task<Denial?> RefuseAsync(
        RegistryDb db, PackageRow package, Caller.Member member, PackageRole need, CancellationToken cancellationToken) =>
        RefuseAsync(db, package, member, need, need, cancellationToken);

    /// <summary>Null when this person sees what takes that role, with a token that reads.</summary>
    public static Task<Denial?> RefuseToSeeAsync(
        RegistryDb db, PackageRow package, Caller.Member member, PackageRole need, CancellationToken cancellationToken) =>
        RefuseAsync(db, package, member, need, PackageRole.Read, cancellationToken);

    /// <summary>
    /// The package, for a change of who may do what with it: by whoever administers it, on the revision that they saw, and while it is frozen by nobody but the registry's
    /// administrators.
    /// </summary>
    public static async Task<(PackageRow? Package, Denial? Denial)> FindToChangeAsync(
        RegistryDb db, PackageName name, string? revision, Caller.Member member, CancellationToken cancellationToken)
    {
        var (package, denial) = await FindAsync(db, name, member, PackageRole.Admin, cancellationToken);
        if (package is null)
        {
            return (null, denial);
        }
        if (!member.IsAdministrator && await Freezes.RefuseAsync(db, name, cancellationToken) is { } frozen)
        {
            return (null, frozen);
        }
        return revision is null || revision == PackageReading.Revision(package, await Quarantine.HiddenAsync(db, package.Id, cancellationToken))
            ? (package, null)
            : (null, ChangePackage.StaleRevision(name));
    }

    /// <summary>Its documents have to be made anew.</summary>
    public static void Touch(Commit commit, PackageRow package)
    {
        package.Revision++;
        package.ModifiedAt = commit.Now;
        commit.Changed(PackageDocuments.ChangePrefix + package.Name);
    }

    /// <summary>Null when this person may make a package of this name, which nobody has.</summary>
    public static Task<Denial?> RefuseNewAsync(RegistryDb db, PackageName name, Caller.Member member, CancellationToken cancellationToken) =>
        RefuseNewAsync(db, name, member, mayWrite: member.Token.LimitFor(name.Value) >= PackageRole.Write, cancellationToken);

    /// <summary>The same, when whether the token may do it was asked elsewhere.</summary>
    public static async Task<Denial?> RefuseNewAsync(RegistryDb db, PackageName name, Caller.Member member, bool mayWrite, CancellationToken cancellationToken)
    {
        if (!mayWrite)
        {
            return PackageRules.TooNarrow(member.Token, name.Value);
        }
        return await ScopeAsync(db, name.Scope, cancellationToken) is { OrganisationId: { } organisation }
            && !(await Standings.OfAsync(db, member.PersonId, cancellationToken)).IsMemberOf(organisation)
            ? PackageRules.NotInTheOrganisation(name)
            : null;
    }

    /// <summary>What is said of a scope; null for a name without one, and for a scope of which nothing is said.</summary>
    public static Task<ScopeRow?> ScopeAsync(RegistryDb db, string? scope, CancellationToken cancellationToken) =>
        scope is null ? Task.FromResult<ScopeRow?>(null) : db.Scopes.AsNoTracking().SingleOrDefaultAsync(row => row.Name == scope, cancellationToken);

    /// <summary>All that decides about one package.</summary>
    public static async Task<PackageAccess> AccessAsync(RegistryDb db, PackageRow package, CancellationToken cancellationToken)
    {
        var owners = await db.PackageOwners.Where(row => row.PackageId == package.Id).Select(row => row.PersonId).ToListAsync(cancellationToken);
        var grants = await db.TeamGrants.Where(row => row.Target == package.Name || row.Target == package.Scope)
            .Select(row => new { row.TeamId, row.Role }).ToListAsync(cancellationToken);
        return new PackageAccess(PackageRules.ReadersOf(package))
        {
            Organisation = (await ScopeAsync(db, package.Scope, cancellationToken))?.OrganisationId,
            Owners = owners.ToFrozenSet(),
            Teams = grants.GroupBy(grant => grant.TeamId)
                .ToFrozenDictionary(team => team.Key, team => team.Max(grant => PackageRoles.Parse(grant.Role) ?? PackageRole.None)),
        };
    }

    /// <summary>
    /// The packages in which a person has at least this role by something of their own: ownership, a place in the scope's organisation, a team. Administrators of the
    /// registry have every role everywhere, which whoever asks has to know.
    /// </summary>
    public static IQueryable<PackageRow> WithRole(RegistryDb db, long? personId, PackageRole least)
    {
        var words = PackageRoles.WordsFrom(least);
        var grants =
            from member in db.TeamMembers
            where member.PersonId == personId
            join grant in db.TeamGrants on member.TeamId equals grant.TeamId
            where words.Contains(grant.Role)
            select grant.Target;
        var ids = db.PackageOwners.Where(owner => owner.PersonId == personId).Select(owner => owner.PackageId)
            .Union(db.Packages.Where(package => AdministeredScopes(db, personId).Contains(package.Scope!)).Select(package => package.Id))
            .Union(db.Packages.Where(package => grants.Contains(package.Name)).Select(package => package.Id))
            .Union(db.Packages.Where(package => grants.Contains(package.Scope!)).Select(package => package.Id));
        return db.Packages.Where(package => ids.Contains(package.Id));
    }

    /// <summary>The packages that a person administers: changes their owners, access and trust, and answers for them.</summary>
    public static IQueryable<PackageRow> Administered(RegistryDb db, long? personId) => WithRole(db, personId, PackageRole.Admin);

    /// <summary>As <see cref="Administered(RegistryDb, long?)"/>, as far as the token goes; null for the operator, who has none.</summary>
    public static IQueryable<PackageRow> Administered(RegistryDb db, long? personId, AccessTokenUse? token) => Administered(db, personId).Within(token);

    /// <summary>Those that a token reaches.</summary>
    public static IQueryable<PackageRow> Within(this IQueryable<PackageRow> packages, AccessTokenUse? token) => token?.Reach.ReadablePackages is { } names
        ? packages.Where(package => names.Contains(package.Name) || names.Contains(package.Scope!))
        : packages;

    /// <summary>As <see cref="AdministeredScopes(RegistryDb, long?)"/>, as far as the token goes.</summary>
    public static IQueryable<string> AdministeredScopes(RegistryDb db, long? personId, AccessTokenUse? token) => token?.Reach.ReadablePackages is { } names
        ? AdministeredScopes(db, personId).Where(scope => names.Contains(scope))
        : AdministeredScopes(db, personId);

    /// <summary>The scopes whose organisation has this person among its owners and admins.</summary>
    public static IQueryable<string> AdministeredScopes(RegistryDb db, long? personId)
    {
        var (owner, admin) = (OrganisationRole.Owner.Word(), OrganisationRole.Admin.Word());
        return
            from member in db.OrganisationMembers
            where member.PersonId == personId && (member.Role == owner || member.Role == admin)
            join scope in db.Scopes on member.OrganisationId equals scope.OrganisationId
            select scope.Name;
    }

    /// <summary>What somebody's role is in each of many packages, as far as they may know them.</summary>
    public static async Task<IReadOnlyList<(string Package, PackageRole Role)>> RolesAsync(
        RegistryDb db, Standing person, IQueryable<PackageRow> packages, CancellationToken cancellationToken)
    {
        var teams = person.Teams.ToList();
        var found = await packages.OrderBy(package => package.Name).Select(package => new
        {
            package.Name,
            package.Scope,
            package.Access,
            IsOwner = db.PackageOwners.Any(owner => owner.PackageId == package.Id && owner.PersonId == person.PersonId),
            Organisation = db.Scopes.Where(scope => scope.Name == package.Scope).Select(scope => scope.OrganisationId).FirstOrDefault(),
        }).ToListAsync(cancellationToken);
        var grants = (await db.TeamGrants.Where(grant => teams.Contains(grant.TeamId)).ToListAsync(cancellationToken)).ToLookup(grant => grant.Target, StringComparer.Ordinal);
        return [.. found.Select(package => (package.Name, Role: new PackageAccess(PackageRules.ReadersOf(package.Access))
        {
            Organisation = package.Organisation,
            Owners = package.IsOwner ? [person.PersonId] : [],
            Teams = grants[package.Name].Concat(package.Scope is null ? [] : grants[package.Scope]).GroupBy(grant => grant.TeamId)
                .ToFrozenDictionary(team => team.Key, team => team.Max(grant => PackageRoles.Parse(grant.Role) ?? PackageRole.None)),
        }.RoleOf(person))).Where(package => package.Role > PackageRole.None)];
    }

    private static async Task<Denial?> RefuseAsync(
        RegistryDb db, PackageRow package, Caller.Member member, PackageRole ofPerson, PackageRole ofToken, CancellationToken cancellationToken)
    {
        var standing = await Standings.OfAsync(db, member.PersonId, cancellationToken);
        var access = await AccessAsync(db, package, cancellationToken);
        var own = access.RoleOf(standing);
        return (own, PackageRules.RoleOf(member, standing, access, package.Name)) switch
        {
            (PackageRole.None, _) => PackageRules.Unknown(package.Name),
            // What everybody may read is no secret to a token that was made for something else.
            (_, PackageRole.None) => access.Readers is ReadCircle.Public ? PackageRules.TooNarrow(member.Token, package.Name) : PackageRules.Unknown(package.Name),
            _ when own < ofPerson => PackageRules.TooLow(package, own, ofPerson, await OwnerNamesAsync(db, package.Id, cancellationToken)),
            var (_, narrowed) when narrowed < ofToken => PackageRules.TooNarrow(member.Token, package.Name),
            _ => null,
        };
    }

    public static Task<List<string>> OwnerNamesAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) =>
        db.PackageOwners.Where(row => row.PackageId == packageId)
            .Join(db.People, owner => owner.PersonId, person => person.Id, (_, person) => person.Name)
            .OrderBy(name => name).ToListAsync(cancellationToken);
}
