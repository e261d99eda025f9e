using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Everything that is kept of upstream registries: its bytes, and what is said of them.</summary>
internal sealed class VerifyUpstream(RegistryDbSource source, VerifyBlob bytes)
{
    private const int Together = 50;

    private static readonly (string Suffix, Func<RegistryDb, IQueryable<Kept>> Rows)[] Kinds =
    [
        (", its document", db => db.UpstreamPackages.Select(row => new Kept { Name = row.Name, Version = "", Registry = row.Registry, Sha512 = row.Sha512, Size = row.Size })),
        ("", db => db.UpstreamTarballs.Select(
            row => new Kept { Name = row.Name, Version = row.Version, Registry = row.Registry, Sha512 = row.Sha512, Size = row.Size, Shasum = row.Shasum })),
        (", its attestations", db => db.UpstreamAttestations.Select(row => new Kept { Name = row.Name, Version = row.Version, Registry = row.Registry, Sha512 = row.Sha512 })),
    ];

    public static async Task<long> CountAsync(RegistryDb db, CancellationToken cancellationToken) =>
        await db.UpstreamPackages.LongCountAsync(cancellationToken) + await db.UpstreamTarballs.LongCountAsync(cancellationToken)
        + await db.UpstreamAttestations.LongCountAsync(cancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        foreach (var (suffix, rows) in Kinds)
        {
            Kept? last = null;
            while (await SomeAsync(rows, last, cancellationToken) is { Count: > 0 } some)
            {
                foreach (var each in some)
                {
                    await LookAsync($"{each.Name}{(each.Version == "" ? "" : "@")}{each.Version} of {each.Registry}{suffix}", each, findings, cancellationToken);
                }
                last = some[^1];
            }
        }
    }

    private async Task<List<Kept>> SomeAsync(Func<RegistryDb, IQueryable<Kept>> rows, Kept? after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (name, version) = (after?.Name ?? "", after?.Version ?? "");
        return await rows(db).Where(row => string.Compare(row.Name, name) > 0 || (row.Name == name && string.Compare(row.Version, version) > 0))
            .OrderBy(row => row.Name).ThenBy(row => row.Version).Take(Together).ToListAsync(cancellationToken);
    }

    private async Task LookAsync(string subject, Kept kept, Findings findings, CancellationToken cancellationToken)
    {
        if (await bytes.ProblemAsync(new StatedBytes(kept.Sha512, kept.Size, kept.Shasum), cancellationToken) is { } problem)
        {
            findings.Fault(subject, $"{problem}; it can be fetched again");
        }
        findings.Looked();
    }

    private sealed record Kept
    {
        public required string Name { get; init; }

        /// <summary>Empty for a document, which is of no one version.</summary>
        public required string Version { get; init; }
        public required string Registry { get; init; }
        public required byte[] Sha512 { get; init; }
        public long? Size { get; init; }
        public string? Shasum { get; init; }
    }
}
