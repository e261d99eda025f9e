using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.TrustedPublishing;

/// <summary>How far somebody's authority reaches: owners act on what they own, administrators on everything.</summary>
internal static class IncidentReach
{
    public static IQueryable<VersionRow> Within(this IQueryable<VersionRow> versions, RegistryDb db, Responder responder) =>
        responder.IsAdministrator
            ? versions
            : versions.Where(row => db.PackageOwners.Any(owner => owner.PackageId == row.PackageId && owner.PersonId == responder.PersonId));

    /// <summary>A token for more than one name reaches beyond what an owner can speak for.</summary>
    public static IQueryable<PublishTokenRow> Within(this IQueryable<PublishTokenRow> tokens, RegistryDb db, Responder responder) =>
        responder.IsAdministrator
            ? tokens
            : tokens.Where(row => db.Packages.Any(package => package.Name == row.Names
                && db.PackageOwners.Any(owner => owner.PackageId == package.Id && owner.PersonId == responder.PersonId)));

    public static IQueryable<AccessTokenRow> Within(this IQueryable<AccessTokenRow> tokens, Responder responder) =>
        responder.IsAdministrator ? tokens : tokens.Where(row => row.PersonId == responder.PersonId);
}
