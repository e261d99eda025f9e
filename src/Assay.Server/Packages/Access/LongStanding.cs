using Assay.Server.Data;
using Assay.Trust.Bindings;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Whether somebody administered a name already at a time: as its owner, in the organisation of its scope, or by a team. Each role by itself: the same person may have
/// another one since.
/// </summary>
internal static class LongStanding
{
    public static async Task<bool> AdministeredAsync(RegistryDb db, NamePattern target, long personId, DateTimeOffset at, CancellationToken cancellationToken) =>
        await ByScopeAsync(db, target, personId, at, cancellationToken)
        || (target.Level is NameLevel.Package && (await AsOwnerAsync(db, target.Text, personId, at, cancellationToken) || await ByTeamAsync(db, target, personId, at, cancellationToken)));

    private static Task<bool> AsOwnerAsync(RegistryDb db, string package, long personId, DateTimeOffset at, CancellationToken cancellationToken) =>
        db.PackageOwners.Where(owner => owner.PersonId == personId && (owner.Since == null || owner.Since <= at))
            .AnyAsync(owner => db.Packages.Any(found => found.Id == owner.PackageId && found.Name == package), cancellationToken);

    private static Task<bool> ByScopeAsync(RegistryDb db, NamePattern target, long personId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (owner, admin) = (OrganisationRole.Owner.Word(), OrganisationRole.Admin.Word());
        return db.OrganisationMembers
            .Where(member => member.PersonId == personId && (member.Role == owner || member.Role == admin) && (member.Since == null || member.Since <= at))
            .AnyAsync(member => db.Scopes.Any(scope => scope.OrganisationId == member.OrganisationId && scope.Name == target.Scope), cancellationToken);
    }

    private static Task<bool> ByTeamAsync(RegistryDb db, NamePattern target, long personId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var admin = PackageRole.Admin.Word();
        return db.TeamGrants
            .Where(grant => grant.Role == admin && (grant.Target == target.Text || grant.Target == target.Scope) && (grant.Since == null || grant.Since <= at))
            .AnyAsync(grant => db.TeamMembers.Any(member => member.TeamId == grant.TeamId && member.PersonId == personId && (member.Since == null || member.Since <= at)), cancellationToken);
    }
}
