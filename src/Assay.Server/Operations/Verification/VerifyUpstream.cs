using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Everything that is kept of upstream registries: its bytes, what is said of them, and the signatures of its tarballs.</summary>
internal sealed class VerifyUpstream(RegistryDbSource source, VerifyBlob bytes, VerifyUpstreamSignature signature)
{
    private const int Together = 50;

    private static readonly Kind[] Kinds =
    [
        new(", its document", IsSigned: false, db => db.UpstreamPackages.Select(
            row => new KeptOfUpstream { Name = row.Name, Version = "", Registry = row.Registry, Sha512 = row.Sha512, Size = row.Size })),
        new("", IsSigned: true, db => db.UpstreamTarballs.Select(row => new KeptOfUpstream
        {
            Name = row.Name,
            Version = row.Version,
            Registry = row.Registry,
            Sha512 = row.Sha512,
            Size = row.Size,
            Shasum = row.Shasum,
            SignedBy = row.SignedBy,
        })),
        new(", its attestations", IsSigned: false, db => db.UpstreamAttestations.Select(
            row => new KeptOfUpstream { Name = row.Name, Version = row.Version, Registry = row.Registry, Sha512 = row.Sha512 })),
    ];

    public static async Task<long> CountAsync(RegistryDb db, CancellationToken cancellationToken) =>
        await db.UpstreamPackages.LongCountAsync(cancellationToken) + await db.UpstreamTarballs.LongCountAsync(cancellationToken)
        + await db.UpstreamAttestations.LongCountAsync(cancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        foreach (var kind in Kinds)
        {
            KeptOfUpstream? last = null;
            while (await SomeAsync(kind, last, cancellationToken) is { Count: > 0 } some)
            {
                // A document can be large, and is read once for all that is looked at together.
                foreach (var package in some.GroupBy(each => (each.Name, each.Registry)))
                {
                    await LookAsync(kind, [.. package], findings, cancellationToken);
                }
                last = some[^1];
            }
        }
    }

    private async Task<List<KeptOfUpstream>> SomeAsync(Kind kind, KeptOfUpstream? after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (name, version) = (after?.Name ?? "", after?.Version ?? "");
        return await kind.Rows(db).Where(row => string.Compare(row.Name, name) > 0 || (row.Name == name && string.Compare(row.Version, version) > 0))
            .OrderBy(row => row.Name).ThenBy(row => row.Version).Take(Together).ToListAsync(cancellationToken);
    }

    private async Task LookAsync(Kind kind, List<KeptOfUpstream> package, Findings findings, CancellationToken cancellationToken)
    {
        var document = kind.IsSigned ? await signature.DocumentAsync(package[0].Name, package[0].Registry, cancellationToken) : null;
        foreach (var kept in package)
        {
            var subject = $"{kept.Name}{(kept.Version == "" ? "" : "@")}{kept.Version} of {kept.Registry}{kind.Suffix}";
            if (await bytes.ProblemAsync(new StatedBytes(kept.Sha512, kept.Size, kept.Shasum), cancellationToken) is { } damaged)
            {
                findings.Fault(subject, $"{damaged}; it can be fetched again");
            }
            if (document is not null && await signature.ProblemAsync(document, kept, cancellationToken) is { } unsigned)
            {
                findings.Fault(subject, unsigned);
            }
            findings.Looked();
        }
    }

    private sealed record Kind(string Suffix, bool IsSigned, Func<RegistryDb, IQueryable<KeptOfUpstream>> Rows);
}
