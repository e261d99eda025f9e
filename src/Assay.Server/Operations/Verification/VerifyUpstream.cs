using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Everything that is kept of upstream registries: its bytes, and what is said of them.</summary>
internal sealed class VerifyUpstream(RegistryDbSource source, VerifyBlob bytes)
{
    public static async Task<long> CountAsync(RegistryDb db, CancellationToken cancellationToken) =>
        await db.UpstreamPackages.LongCountAsync(cancellationToken) + await db.UpstreamTarballs.LongCountAsync(cancellationToken)
        + await db.UpstreamAttestations.LongCountAsync(cancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await foreach (var row in db.UpstreamPackages.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await LookAsync($"{row.Name} of {row.Registry}, its document", new StatedBytes(row.Sha512, row.Size), findings, cancellationToken);
        }
        await foreach (var row in db.UpstreamTarballs.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await LookAsync($"{row.Name}@{row.Version} of {row.Registry}", new StatedBytes(row.Sha512, row.Size, row.Shasum), findings, cancellationToken);
        }
        await foreach (var row in db.UpstreamAttestations.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await LookAsync($"{row.Name}@{row.Version} of {row.Registry}, its attestations", new StatedBytes(row.Sha512), findings, cancellationToken);
        }
    }

    private async Task LookAsync(string subject, StatedBytes stated, Findings findings, CancellationToken cancellationToken)
    {
        if (await bytes.ProblemAsync(stated, cancellationToken) is { } problem)
        {
            findings.Fault(subject, $"{problem}; it can be fetched again");
        }
        findings.Looked();
    }
}
