using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>How much is stored: packages and versions of this registry, and what is kept of others.</summary>
internal sealed record UsedStorage(int Packages, int Versions, long VersionBytes, int OfOthers, long BytesOfOthers);

/// <summary>Adds up the sizes in the rows. Bytes that two versions share count twice here and once on the disk.</summary>
internal sealed class ReadStorage(RegistryDbSource source)
{
    public async Task<UsedStorage> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var versions = db.Versions.Where(row => row.RemovedAt == null);
        return new UsedStorage(
            await db.Packages.CountAsync(row => row.UnpublishedAt == null, cancellationToken),
            await versions.CountAsync(cancellationToken),
            await versions.SumAsync(row => row.Size, cancellationToken),
            await db.UpstreamTarballs.CountAsync(cancellationToken),
            await db.UpstreamTarballs.SumAsync(row => row.Size, cancellationToken));
    }
}
