using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Cache;

/// <summary>Documents of upstream registries as they are kept: bytes in the blob store, facts in a row.</summary>
internal sealed class KeptDocuments(RegistryDbSource source, CommitQueue commits, IBlobStore blobs)
{
    /// <summary>Null when there is none of this registry, or its bytes are gone or no document any more.</summary>
    public async Task<(UpstreamPackageRow Row, ForeignPackument Packument)?> ReadAsync(string registryKey, PackageName name, CancellationToken cancellationToken)
    {
        UpstreamPackageRow? row;
        await using (var db = source.Open())
        {
            row = await db.UpstreamPackages.SingleOrDefaultAsync(found => found.Name == name.Value && found.Registry == registryKey, cancellationToken);
        }
        if (row is null || !BlobKey.TryFromSha512(row.Sha512, out var key))
        {
            return null;
        }
        await using var stream = await blobs.OpenAsync(key, cancellationToken);
        if (stream is null || stream.Length != row.Size)
        {
            return null;
        }
        var bytes = new byte[row.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return ForeignPackument.TryParse(bytes, name, out var packument, out _) ? (row, packument) : null;
    }

    public async Task KeepAsync(UpstreamRegistry registry, PackageName name, StagedTarball staged, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (digest, size) = (staged.Integrity.Digest.ToArray(), staged.Length);
        await blobs.PutAsync(BlobKey.FromSha512(digest), staged.Rewound(), cancellationToken);
        await commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.UpstreamPackages.AsTracking().SingleOrDefaultAsync(found => found.Name == name.Value, stop);
            if (row is null)
            {
                commit.Db.UpstreamPackages.Add(row = new UpstreamPackageRow { Name = name.Value, Registry = registry.Key, Sha512 = digest });
            }
            (row.Registry, row.Sha512, row.Size, row.ValidatedAt) = (registry.Key, digest, size, commit.Now);
            row.ETag = response.Headers.ETag?.ToString();
            row.LastModified = response.Content.Headers.LastModified?.ToString("R");
            return true;
        }, cancellationToken);
    }

    public Task ConfirmAsync(PackageName name, CancellationToken cancellationToken) => commits.RunAsync((commit, stop) =>
        commit.Db.UpstreamPackages.Where(row => row.Name == name.Value).ExecuteUpdateAsync(row => row.SetProperty(found => found.ValidatedAt, commit.Now), stop), cancellationToken);

    public async Task DropAsync(PackageName name, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await db.UpstreamPackages.AnyAsync(row => row.Name == name.Value, cancellationToken))
        {
            await commits.RunAsync((commit, stop) => commit.Db.UpstreamPackages.Where(row => row.Name == name.Value).ExecuteDeleteAsync(stop), cancellationToken);
        }
    }
}
