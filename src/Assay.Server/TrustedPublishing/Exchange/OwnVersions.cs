using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// What publishing implies: a run points tags at the versions that it published itself. Moving others is an action of its own. A run that its
/// issuer does not name is nobody's, so it has no versions either.
/// </summary>
internal static class OwnVersions
{
    /// <summary>Null when the run published the version, or may tag any.</summary>
    public static async Task<Refusal?> RefuseAsync(
        RegistryDb db, TrustPolicy policy, PublishTokenRow token, WorkloadAct.SetTag act, CancellationToken cancellationToken) =>
        !policy.Actions.MovesOwnTagsOnly() || await Of(db, token).AnyAsync(row => row.Version == act.Version, cancellationToken)
            ? null
            : Refused($"{act.Package}@{act.Version}", token);

    /// <summary>Null when the tag points to a version that the run published, or the run may remove any. A tag that is not there is nobody's.</summary>
    public static async Task<Refusal?> RefuseAsync(
        RegistryDb db, TrustPolicy policy, PublishTokenRow token, WorkloadAct.RemoveTag act, CancellationToken cancellationToken)
    {
        var version = await db.DistTags
            .Where(row => row.Tag == act.Tag.Value && db.Packages.Any(package => package.Id == row.PackageId && package.Name == token.Names))
            .Select(row => row.Version)
            .SingleOrDefaultAsync(cancellationToken);
        return version is null || !policy.Actions.MovesOwnTagsOnly() || await Of(db, token).AnyAsync(row => row.Version == version, cancellationToken)
            ? null
            : Refused($"the tag {act.Tag}, which points to {act.Package}@{version}", token);
    }

    private static IQueryable<VersionRow> Of(RegistryDb db, PublishTokenRow token) => db.Versions.Where(row =>
        token.RunId != "" && row.RunId == token.RunId && row.ProjectId == token.ProjectId && row.BindingId == token.BindingId
        && db.Packages.Any(package => package.Id == row.PackageId && package.Name == token.Names));

    private static Refusal Refused(string what, PublishTokenRow token) => new(RefusalCodes.OwnVersionsOnly,
        token.RunId.Length == 0
            ? $"The policy lets a run tag only what it published itself, and this issuer's tokens do not name their run. Grant the policy dist-tag to let it change {what}."
            : $"The policy lets a run tag only what it published itself. This run did not publish {what}. Grant the policy dist-tag to let it.");
}
