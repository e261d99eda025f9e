using System.Linq.Expressions;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Attestations;

/// <summary>What has to be known of an attestation to say who is told of it. Bundles are many times as large, and documents ask for all versions.</summary>
internal sealed record AttestationMark(long Id, long VersionId, string PredicateType, bool IsOfClient, bool IsSourcePublic, bool IsInPublicLog)
{
    private static readonly Expression<Func<AttestationRow, AttestationMark>> Reading =
        row => new AttestationMark(row.Id, row.VersionId, row.PredicateType, row.Bundle != null, row.IsSourcePublic, row.PublicEntry != null);

    public bool IsProvenance => IsOfProvenance(PredicateType);

    public static bool IsOfProvenance(string predicateType) => predicateType.StartsWith("https://slsa.dev/provenance/", StringComparison.Ordinal);

    /// <summary>Those of a package's versions that clients could be told of in this mode.</summary>
    public static Task<List<AttestationMark>> OfPackageAsync(
        RegistryDb db, long packageId, AttestationMode mode, CancellationToken cancellationToken = default) => db.Attestations
        .Where(row => mode != AttestationMode.Detached || row.Bundle != null)
        .Where(row => db.Versions.Any(version => version.Id == row.VersionId && version.PackageId == packageId && version.RemovedAt == null))
        .OrderByDescending(row => row.Id).Select(Reading).ToListAsync(cancellationToken);

    public static Task<List<AttestationMark>> OfVersionAsync(
        RegistryDb db, long packageId, string version, CancellationToken cancellationToken) => db.Versions
        // From the version to its statements, not the other way round: there may be as many as there are versions.
        .Where(found => found.PackageId == packageId && found.Version == version)
        .Join(db.Attestations, found => found.Id, row => row.VersionId, (_, row) => row)
        .OrderBy(row => row.Id).Select(Reading).ToListAsync(cancellationToken);
}
