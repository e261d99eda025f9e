using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>How far somebody's authority reaches: people act on the packages that they administer, administrators on everything.</summary>
internal static class IncidentReach
{
    public static IQueryable<VersionRow> Within(this IQueryable<VersionRow> versions, RegistryDb db, Responder responder) =>
        responder.IsAdministrator
            ? versions
            : versions.Where(row => PackageRights.Administered(db, responder.PersonId).Any(package => package.Id == row.PackageId));

    /// <summary>A token for more than one name reaches beyond what an owner can speak for.</summary>
    public static IQueryable<PublishTokenRow> Within(this IQueryable<PublishTokenRow> tokens, RegistryDb db, Responder responder) =>
        responder.IsAdministrator
            ? tokens
            : tokens.Where(row => PackageRights.Administered(db, responder.PersonId).Any(package => package.Name == row.Names));

    public static IQueryable<AccessTokenRow> Within(this IQueryable<AccessTokenRow> tokens, Responder responder) =>
        responder.IsAdministrator ? tokens : tokens.Where(row => row.PersonId == responder.PersonId);
}
