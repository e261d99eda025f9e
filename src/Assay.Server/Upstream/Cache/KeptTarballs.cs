using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Cache;

/// <summary>Tarballs of upstream versions as they are kept: bytes in the blob store, facts in a row.</summary>
internal sealed partial class KeptTarballs(RegistryDbSource source, CommitQueue commits, IBlobStore blobs, ILogger<KeptTarballs> logger)
{
    /// <summary>Whether kept bytes are those that a document promises, as far as their digests are known.</summary>
    public static bool IsPromised(PromisedDigest? promised, byte[] sha512, string shasum) => promised is { Algorithm: var algorithm } && (
        algorithm == HashAlgorithmName.SHA512 ? promised.IsKeptBy(sha512)
        : algorithm != HashAlgorithmName.SHA1 || (Shasum.TryParse(shasum, out var hex) && promised.IsKeptBy(Convert.FromHexString(hex))));

    /// <summary>Null when there is none of this registry, or its bytes are gone.</summary>
    public async Task<UpstreamTarballRow?> FindAsync(string registryKey, string name, string version, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await db.UpstreamTarballs.SingleOrDefaultAsync(found => found.Name == name && found.Version == version && found.Registry == registryKey, cancellationToken);
        return row is not null && await blobs.ExistsAsync(BlobKey.FromSha512(row.Sha512), cancellationToken) ? row : null;
    }

    public async Task KeepAsync(UpstreamTarballRow row, StagedTarball staged, CancellationToken cancellationToken)
    {
        await blobs.PutAsync(BlobKey.FromSha512(row.Sha512), staged.Rewound(), cancellationToken);
        await commits.RunAsync(async (commit, stop) =>
        {
            // One of before the name's route led here, or whose bytes were lost.
            await commit.Db.UpstreamTarballs.Where(found => found.Name == row.Name && found.Version == row.Version).ExecuteDeleteAsync(stop);
            commit.Db.UpstreamTarballs.Add(row);
            return true;
        }, cancellationToken);
    }

    /// <summary>Its signature was verified after it was kept.</summary>
    public Task SignedAsync(UpstreamTarballRow row, string keyId, CancellationToken cancellationToken) => commits.RunAsync(
        (commit, stop) => Same(commit.Db, row).Where(found => found.SignedBy == null).ExecuteUpdateAsync(set => set.SetProperty(found => found.SignedBy, keyId), stop), cancellationToken);

    /// <summary>Nothing names its bytes any more; they go with the garbage. Whoever was served them has to be told.</summary>
    public Task DropAsync(UpstreamTarballRow row, string reason, CancellationToken cancellationToken)
    {
        Dropped(row.Name, row.Version, row.FetchedAt, reason);
        return commits.RunAsync((commit, stop) => Same(commit.Db, row).ExecuteDeleteAsync(stop), cancellationToken);
    }

    // What was fetched anew meanwhile is another one.
    private static IQueryable<UpstreamTarballRow> Same(RegistryDb db, UpstreamTarballRow row) => db.UpstreamTarballs.Where(
        found => found.Name == row.Name && found.Version == row.Version && found.Registry == row.Registry && found.Sha512 == row.Sha512);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}@{Version} is dropped from the cache, where it was since {Since:u}: {Reason}. It may have been served meanwhile")]
    private partial void Dropped(string name, string version, DateTimeOffset since, string reason);
}
