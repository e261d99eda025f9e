using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>
/// Whether a version of a source may be stored, asked before its bytes are fetched and again in the commit, where it counts. What was decided
/// here about the package is never overridden: a freeze, its owners, what was unpublished or quarantined.
/// </summary>
internal sealed class DecideImport(FirstAccess firstAccess, KeepProvenance provenance)
{
    /// <param name="db">The database, in the commit or before it.</param>
    /// <param name="job">The run.</param>
    /// <param name="name">The package.</param>
    /// <param name="version">The version.</param>
    /// <param name="hasBytes">Whether bytes with this SHA-512 and SHA-1 are the ones of the source; null when nothing is known of them yet.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<ImportDecision> RunAsync(
        RegistryDb db, ImportJob job, PackageName name, SourceVersion version, Func<byte[], string, bool?> hasBytes, CancellationToken cancellationToken)
    {
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        var text = version.Version.ToString();
        if (package is not null && await StoredAsync(db, package.Id, text, cancellationToken) is { } stored)
        {
            return OverStored(stored, hasBytes(stored.Sha512, stored.Shasum));
        }
        if (await Freezes.RefuseAsync(db, name, cancellationToken) is { } frozen)
        {
            return new ImportDecision.Refused(frozen.Code, frozen.Text);
        }
        if (package is null && await LookAlikes.RefuseToOperatorAsync(db, name, cancellationToken) is { } similar)
        {
            return new ImportDecision.Refused(similar.Code, similar.Text);
        }
        return package is null
            ? await ForAsync(db, job, name.Scope, package: null, hasVersions: false, cancellationToken)
            : await IntoAsync(db, job, package, version.PublishedAt ?? DateTimeOffset.MaxValue, cancellationToken);
    }

    /// <summary>The names of those whose package it is; empty when the import may go on with it.</summary>
    public static async Task<List<string>> OthersAsync(RegistryDb db, ImportJob job, long packageId, CancellationToken cancellationToken)
    {
        var owners = await PackageRights.OwnerNamesAsync(db, packageId, cancellationToken);
        return owners.Count == 0
            || await PackageRights.Administered(db, job.OwnerId).AnyAsync(package => package.Id == packageId, cancellationToken)
            || await db.Versions.AnyAsync(row => row.PackageId == packageId && row.ImportedFrom == job.Source, cancellationToken)
            ? []
            : owners;
    }

    private async Task<ImportDecision> IntoAsync(
        RegistryDb db, ImportJob job, PackageRow package, DateTimeOffset publishedAt, CancellationToken cancellationToken)
    {
        if (await OthersAsync(db, job, package.Id, cancellationToken) is [var first, ..])
        {
            return new ImportDecision.Refused(
                "owned-by-others", $"{package.Name} belongs to {first} here and did not come from this source. If it shall be one with the source's, import it with --owner {first}.");
        }
        if (package.UnpublishedAt is not null)
        {
            return new ImportDecision.Refused("unpublished-here", $"{package.Name} was unpublished here as a whole; an import does not bring it back.");
        }
        if (await provenance.RefuseWithoutAsync(db, package, publishedAt, cancellationToken) is { } downgrade)
        {
            return new ImportDecision.Refused(downgrade.Code, downgrade.Text);
        }
        var hasVersions = await db.Versions.AnyAsync(row => row.PackageId == package.Id, cancellationToken);
        return await ForAsync(db, job, package.Scope, package, hasVersions, cancellationToken);
    }

    // A package that is here keeps its access, whatever the command says: people may have changed it since the last run.
    private async Task<ImportDecision> ForAsync(
        RegistryDb db, ImportJob job, string? scope, PackageRow? package, bool hasVersions, CancellationToken cancellationToken)
    {
        var (access, conflict) = hasVersions
            ? FirstAccess.Existing(wanted: null, package!.Access)
            : firstAccess.New(job.Access, await PackageRights.ScopeAsync(db, scope, cancellationToken));
        return conflict is null
            ? new ImportDecision.Allowed(PublishDecision.Yes(package, access, hasVersions))
            : new ImportDecision.Refused(conflict.Code, conflict.Text);
    }

    private static ImportDecision OverStored(Existing stored, bool? isSame) => stored switch
    {
        { IsRemoved: true } => new ImportDecision.Refused("unpublished-here", "It was unpublished here, and a version is never used again."),
        { IsQuarantined: true } => new ImportDecision.Refused("quarantined", "It is quarantined here."),
        _ when isSame is false => new ImportDecision.Refused(
            "version-exists", $"It is here with other bytes ({Integrity.FromSha512(stored.Sha512)}). A version is never changed."),
        _ => new ImportDecision.Here(),
    };

    private static Task<Existing?> StoredAsync(RegistryDb db, long packageId, string version, CancellationToken cancellationToken) => db.Versions
        .Where(row => row.PackageId == packageId && row.Version == version)
        .Select(row => new Existing(row.Sha512, row.Shasum, row.RemovedAt != null, row.QuarantinedBy != null))
        .SingleOrDefaultAsync(cancellationToken);

    private sealed record Existing(byte[] Sha512, string Shasum, bool IsRemoved, bool IsQuarantined);
}
