using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Which blobs the rows name. An unpublished version keeps its row and gives up its bytes, and so does a stage that is over.</summary>
internal static class NamedBlobs
{
    /// <summary>Each once, in the order of their digests. What was changed behind the registry's back need not be a digest.</summary>
    public static IQueryable<byte[]> Of(RegistryDb db) => db.Versions.Where(row => row.RemovedAt == null).Select(row => row.Sha512)
        .Union(db.Stages.Where(row => row.TakenVersion != null).Select(row => row.Sha512))
        .Union(db.UpstreamPackages.Select(row => row.Sha512))
        .Union(db.UpstreamTarballs.Select(row => row.Sha512))
        .Union(db.UpstreamAttestations.Select(row => row.Sha512))
        .OrderBy(digest => digest);

    /// <summary>Which of these some row names, or named at <paramref name="since"/>: of an unpublished version too, when that was no longer ago.</summary>
    public static async Task<HashSet<BlobKey>> AmongAsync(RegistryDb db, IReadOnlyCollection<BlobKey> keys, DateTimeOffset since, CancellationToken cancellationToken)
    {
        byte[][] digests = [.. keys.Select(key => Convert.FromHexString(key.Hex))];
        var named = await db.Versions.Where(row => (row.RemovedAt == null || row.RemovedAt >= since) && digests.Contains(row.Sha512)).Select(row => row.Sha512)
            .Union(db.Stages.Where(row => (row.TakenVersion != null || row.EndedAt >= since) && digests.Contains(row.Sha512)).Select(row => row.Sha512))
            .Union(db.UpstreamPackages.Where(row => digests.Contains(row.Sha512)).Select(row => row.Sha512))
            .Union(db.UpstreamTarballs.Where(row => digests.Contains(row.Sha512)).Select(row => row.Sha512))
            .Union(db.UpstreamAttestations.Where(row => digests.Contains(row.Sha512)).Select(row => row.Sha512))
            .ToListAsync(cancellationToken);
        return [.. named.Select(digest => BlobKey.FromSha512(digest))];
    }

    /// <summary>What a blob is, for people: the first that names it.</summary>
    public static async Task<string> TextAsync(RegistryDb db, byte[] digest, CancellationToken cancellationToken) =>
        await db.Versions.Where(row => row.Sha512 == digest && row.RemovedAt == null)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => package.Name + "@" + row.Version).FirstOrDefaultAsync(cancellationToken)
            ?? await db.Stages.Where(row => row.Sha512 == digest && row.TakenVersion != null)
                .Select(row => row.PackageName + "@" + row.Version + " (staged)").FirstOrDefaultAsync(cancellationToken)
            ?? await db.UpstreamTarballs.Where(row => row.Sha512 == digest).Select(row => row.Name + "@" + row.Version + " (upstream)").FirstOrDefaultAsync(cancellationToken)
            ?? await db.UpstreamPackages.Where(row => row.Sha512 == digest).Select(row => "the document of " + row.Name + " (upstream)").FirstOrDefaultAsync(cancellationToken)
            ?? await db.UpstreamAttestations.Where(row => row.Sha512 == digest)
                .Select(row => "the attestations of " + row.Name + "@" + row.Version + " (upstream)").FirstOrDefaultAsync(cancellationToken)
            ?? Convert.ToHexStringLower(digest);
}
