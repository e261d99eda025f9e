using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Who may stage, see and approve. All of it takes the role that publishes: what is staged is not published, and may be a fix that nobody shall see yet.</summary>
internal static class StageRights
{
    /// <summary>Null when this person may stage with this token. What they may not know is answered as what does not exist.</summary>
    public static async Task<Denial?> RefuseStagingAsync(
        RegistryDb db, PackageRow? package, PackageName name, Caller.Member member, CancellationToken cancellationToken)
    {
        var mayStage = member.Token.MayStage(name.Value);
        var denial = package is null ? null : await PackageRights.RefuseToSeeAsync(db, package, member, PackageRole.Write, cancellationToken);
        if (package is null || denial?.Status == StatusCodes.Status404NotFound)
        {
            return await PackageRights.RefuseNewAsync(db, name, member, mayStage, cancellationToken) ?? denial;
        }
        return denial ?? (mayStage ? null : PackageRules.TooNarrow(member.Token, name.Value));
    }

    /// <summary>Null when the person who staged may still publish.</summary>
    public static async Task<Denial?> RefuseStagerAsync(RegistryDb db, PackageName name, ApprovedStage stage, CancellationToken cancellationToken) =>
        (await IsNewAsync(db, name.Value, cancellationToken)
            ? await MayMakeAsync(db, name, stage.StagerId!.Value, cancellationToken)
            : await RoleAsync(db, name.Value, stage.OwnerId, stage.StagerId!.Value, cancellationToken) >= PackageRole.Write)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "stager-lost-role", $"{stage.StagerName}, who staged this, may not publish {name} any more. Reject it, and let somebody else stage it.");

    /// <summary>The role of somebody with the package of a stage. A package that is not there yet has the owner that it would get, and its scope's organisation and teams.</summary>
    public static async Task<PackageRole> RoleAsync(RegistryDb db, string name, long ownerId, long personId, CancellationToken cancellationToken) =>
        (await AccessAsync(db, name, ownerId, cancellationToken)).RoleOf(await Standings.OfAsync(db, personId, cancellationToken));

    /// <summary>Null when this person sees the stage; their token need only read.</summary>
    public static async Task<Denial?> RefuseSeeingAsync(RegistryDb db, StageRow stage, Caller.Member member, CancellationToken cancellationToken)
    {
        var access = await AccessAsync(db, stage.PackageName, stage.OwnerId, cancellationToken);
        var standing = await Standings.OfAsync(db, member.PersonId, cancellationToken);
        return access.RoleOf(standing) >= PackageRole.Write && PackageRules.RoleOf(member, standing, access, stage.PackageName) >= PackageRole.Read
            ? null
            : WaitingStages.Unknown(stage.StageId);
    }

    private static async Task<PackageAccess> AccessAsync(RegistryDb db, string name, long ownerId, CancellationToken cancellationToken)
    {
        if (await db.Packages.SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is { } package)
        {
            return await PackageRights.AccessAsync(db, package, cancellationToken);
        }
        var scope = PackageName.TryParse(name, null, out var parsed) ? parsed.Scope : null;
        var wanted = new PackageRow { Name = name, Scope = scope, Access = PackageRules.Teams };
        return await PackageRights.AccessAsync(db, wanted, cancellationToken) with { Owners = FrozenSet.ToFrozenSet([ownerId]) };
    }

    private static async Task<bool> IsNewAsync(RegistryDb db, string name, CancellationToken cancellationToken) =>
        !await db.Packages.AnyAsync(row => row.Name == name, cancellationToken);

    private static async Task<bool> MayMakeAsync(RegistryDb db, PackageName name, long personId, CancellationToken cancellationToken) =>
        await PackageRights.ScopeAsync(db, name.Scope, cancellationToken) is not { OrganisationId: { } organisation }
        || (await Standings.OfAsync(db, personId, cancellationToken)).IsMemberOf(organisation);
}
