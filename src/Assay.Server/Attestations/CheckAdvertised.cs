using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>
/// Verifies, before anything is served, the newest attestations that clients are told of, with the trusted root that those clients have. npm tells its
/// user of an attack for each one that does not verify, so a registry that would announce one does not start.
/// </summary>
internal sealed class CheckAdvertised(
    RegistryDbSource source, ReadBundles bundles, VerifyStored verify, PrivateRoots privateRoots, ClientTrust clientTrust, IOptions<AttestationsOptions> options)
{
    /// <exception cref="StartRefused">One of them does not verify.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var mode = options.Value.Mode;
        await using var db = source.Open();
        var newest = await db.Attestations
            .Where(row => row.Bundle != null || mode == AttestationMode.PrivateRoot || (mode == AttestationMode.PublicLog && row.PublicEntry != null))
            .Join(db.Versions.Where(version => version.RemovedAt == null), row => row.VersionId, version => version.Id, (row, version) => new { row, version })
            .Join(db.Packages, each => each.version.PackageId, package => package.Id, (each, package) => new { each.row, each.version, package })
            .OrderByDescending(each => each.row.Id).Take(options.Value.CheckedAtStart)
            .Select(each => new Announced(each.row, new StoredSubject(each.package.Name, each.version.Version, each.version.Sha512)))
            .ToListAsync(cancellationToken);
        if (newest.Count == 0)
        {
            return;
        }
        var root = await RootAsync(cancellationToken);
        foreach (var (row, subject) in newest)
        {
            var bundle = (await bundles.ReadAsync(db, row, cancellationToken)).ToJsonString();
            if (await verify.RefusalAsync(subject, bundle, row.Bundle is not null, root, cancellationToken) is { } refusal)
            {
                throw new StartRefused(
                    $"Clients would be told of an attestation of {subject} ({row.PredicateType}) that does not verify: {refusal} "
                    + "Set Assay:Attestations:Mode to Detached, or put right what was changed (Assay:Attestations:TrustedRootFile; docs/provenance.md).");
            }
        }
    }

    private async Task<TrustedRoot> RootAsync(CancellationToken cancellationToken) =>
        options.Value.Mode == AttestationMode.PrivateRoot && TrustedRoot.TryParse(await privateRoots.TrustedRootAsync(cancellationToken), out var own)
            ? own
            : clientTrust.Root;

    private sealed record Announced(AttestationRow Row, StoredSubject Subject);
}
