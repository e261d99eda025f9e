using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Whether callers may know packages, by their rows: also those of which nothing is left to read, since all of it is quarantined or unpublished.</summary>
internal sealed class KnownPackages(IWorkloadAuthority authority)
{
    public async Task<bool> MayKnowAsync(RegistryDb db, string package, Caller caller, CancellationToken cancellationToken)
    {
        var row = await db.Packages.SingleOrDefaultAsync(found => found.Name == package, cancellationToken);
        return row is null
            ? caller is Caller.Member { IsAdministrator: true }
            : PackageRules.ReadersOf(row) is ReadCircle.Public || await MayReadAsync(db, row, caller, cancellationToken);
    }

    private async Task<bool> MayReadAsync(RegistryDb db, PackageRow row, Caller caller, CancellationToken cancellationToken) => caller switch
    {
        Caller.Member member => await PackageRights.RefuseToSeeAsync(db, row, member, PackageRole.Read, cancellationToken) is null,
        Caller.Workload { Grant: { IsUsed: false } grant } when PackageName.TryParse(row.Name, out var name) =>
            grant.IsFor(name) || (grant.IsForPatternOf(name) && await authority.IsReachedByPatternsAsync(name, cancellationToken)),
        _ => false,
    };
}
