using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Somebody with a role of their own in a package.</summary>
internal sealed record Collaborator(string Name, string Email, PackageRole Role);

/// <summary>Everybody who has one: owners, owners and admins of the scope's organisation, members of teams.</summary>
internal static class Collaborators
{
    public static async Task<IReadOnlyList<Collaborator>> OfAsync(RegistryDb db, PackageRow package, CancellationToken cancellationToken)
    {
        var access = await PackageRights.AccessAsync(db, package, cancellationToken);
        var teams = access.Teams.Keys.ToList();
        var ofTeams = await db.TeamMembers.Where(row => teams.Contains(row.TeamId)).Select(row => new { row.PersonId, row.TeamId }).ToListAsync(cancellationToken);
        var admins = await AdminsAsync(db, access, cancellationToken);
        var roles = ofTeams.Select(row => (row.PersonId, Role: access.Teams[row.TeamId]))
            .Concat(admins.Select(id => (PersonId: id, Role: PackageRole.Admin)))
            .GroupBy(row => row.PersonId, row => row.Role)
            .ToDictionary(person => person.Key, person => person.Max());
        var ids = roles.Keys.ToList();
        var people = await db.People.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Name).ToListAsync(cancellationToken);
        return [.. people.Select(person => new Collaborator(person.Name, person.Email, roles[person.Id]))];
    }

    /// <summary>
    /// Ids of those who administer a package, or a scope and what is written of it (<c>@acme</c>, <c>@acme/*</c>) where it names no package: who answers for it. The registry's
    /// administrators are not among them for that alone.
    /// </summary>
    public static async Task<IReadOnlyList<long>> AdministeringAsync(RegistryDb db, string target, CancellationToken cancellationToken)
    {
        var ids = await AdminsOfAsync(db, target, cancellationToken);
        return await db.People.Where(person => ids.Contains(person.Id) && person.DisabledAt == null).Select(person => person.Id).ToListAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<long>> AdminsOfAsync(RegistryDb db, string target, CancellationToken cancellationToken)
    {
        if (await db.Packages.AsNoTracking().SingleOrDefaultAsync(row => row.Name == target, cancellationToken) is { } package)
        {
            var access = await PackageRights.AccessAsync(db, package, cancellationToken);
            var teams = access.Teams.Where(team => team.Value >= PackageRole.Admin).Select(team => team.Key).ToList();
            var ofTeams = await db.TeamMembers.Where(row => teams.Contains(row.TeamId)).Select(row => row.PersonId).ToListAsync(cancellationToken);
            return [.. (await AdminsAsync(db, access, cancellationToken)).Concat(ofTeams).Distinct()];
        }
        var scope = target.Split('/')[0];
        return await PackageRights.ScopeAsync(db, scope, cancellationToken) is { OrganisationId: { } organisation }
            ? await OfOrganisationAsync(db, organisation, cancellationToken)
            : [];
    }

    private static async Task<IEnumerable<long>> AdminsAsync(RegistryDb db, PackageAccess access, CancellationToken cancellationToken) =>
        access.Organisation is { } organisation ? access.Owners.Concat(await OfOrganisationAsync(db, organisation, cancellationToken)) : access.Owners;

    private static Task<List<long>> OfOrganisationAsync(RegistryDb db, long organisation, CancellationToken cancellationToken)
    {
        var (owner, admin) = (OrganisationRole.Owner.Word(), OrganisationRole.Admin.Word());
        return db.OrganisationMembers
            .Where(row => row.OrganisationId == organisation && (row.Role == owner || row.Role == admin)).Select(row => row.PersonId).ToListAsync(cancellationToken);
    }
}
