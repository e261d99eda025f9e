using System.Security.Cryptography;
using System.Text.Json;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Every attestation of a version that is served, with its proof in the log, as a client that has the registry's trusted root verifies it.</summary>
internal sealed class VerifyAttestations(RegistryDbSource source, ReadBundles bundles, VerifyStored verify, PrivateRoots privateRoots, ClientTrust clientTrust)
{
    private const int Together = 50;

    public static Task<long> CountAsync(RegistryDb db, CancellationToken cancellationToken) => db.Attestations.LongCountAsync(cancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        var own = TrustedRoot.TryParse(await privateRoots.TrustedRootAsync(cancellationToken), out var root)
            ? root
            : throw new InvalidOperationException("The registry's own trusted root cannot be read.");
        await using var db = source.Open();
        var last = 0L;
        while (await SomeAsync(db, last, cancellationToken) is { Count: > 0 } some)
        {
            foreach (var (row, subject) in some)
            {
                var trusted = row.Bundle is null && row.PublicEntry is null ? own : clientTrust.Root;
                if (await ProblemAsync(db, row, subject, trusted, cancellationToken) is { } problem)
                {
                    findings.Fault($"{subject}", $"its attestation {row.PredicateType} does not verify: {problem}");
                }
                findings.Looked();
            }
            last = some[^1].Row.Id;
        }
    }

    private async Task<string?> ProblemAsync(RegistryDb db, AttestationRow row, StoredSubject subject, TrustedRoot root, CancellationToken cancellationToken)
    {
        try
        {
            var bundle = (await bundles.ReadAsync(db, row, cancellationToken)).ToJsonString();
            return await verify.RefusalAsync(subject, bundle, row.Bundle is not null, root, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidOperationException or JsonException or FormatException or ArgumentException or CryptographicException)
        {
            return $"what is stored of it cannot be read ({failure.Message})";
        }
    }

    private static async Task<List<(AttestationRow Row, StoredSubject Subject)>> SomeAsync(RegistryDb db, long after, CancellationToken cancellationToken)
    {
        var rows = await db.Attestations.Where(row => row.Id > after).OrderBy(row => row.Id).Take(Together)
            .Join(db.Versions, row => row.VersionId, version => version.Id, (row, version) => new { Row = row, version.PackageId, version.Version, version.Sha512 })
            .Join(db.Packages, each => each.PackageId, package => package.Id, (each, package) => new { each.Row, package.Name, each.Version, each.Sha512 })
            .OrderBy(each => each.Row.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(each => (each.Row, new StoredSubject(each.Name, each.Version, each.Sha512)))];
    }
}
