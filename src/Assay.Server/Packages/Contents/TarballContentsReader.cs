using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// What is in stored tarballs. Reading one takes the work of unpacking it, so listings and small files are kept in memory within a budget, by the tarball's digest, and
/// no more are unpacked at once than there are processors.
/// </summary>
internal sealed class TarballContentsReader : IDisposable
{
    private const int LargestKeptFile = 256 * 1024;

    private readonly IBlobStore blobs;
    private readonly JudgeTarball judge;
    private readonly SemaphoreSlim unpacking = new(Environment.ProcessorCount);
    private readonly WithinBudget<BlobKey, VersionListing> listings;
    private readonly WithinBudget<(BlobKey Key, string Path), byte[]> files;

    public TarballContentsReader(IBlobStore blobs, JudgeTarball judge, IOptions<PackagesOptions> options)
    {
        this.blobs = blobs;
        this.judge = judge;
        var half = options.Value.ContentsCacheBytes / 2;
        listings = new WithinBudget<BlobKey, VersionListing>(half, (_, listing) => listing.Cost);
        files = new WithinBudget<(BlobKey Key, string Path), byte[]>(half, (_, bytes) => bytes.Length + 256L);
    }

    /// <summary>The listing; null when the bytes are missing or damaged.</summary>
    public Task<VersionListing?> ListAsync(BlobKey key, CancellationToken cancellationToken) =>
        listings.GetAsync(key, () => UnpackAsync(key, ListingOfAsync), cancellationToken);

    /// <summary>The first bytes of a file that is listed, at most so many; null when the tarball is missing or damaged.</summary>
    public Task<byte[]?> ReadAsync(BlobKey key, IndexedFile file, int most, CancellationToken cancellationToken)
    {
        Task<byte[]?> UnpackFileAsync() => UnpackAsync(key, tarball => TarballFileReader.ReadAsync(tarball, file.Path, most, judge.Limits(), CancellationToken.None));
        return file.Size <= Math.Min(most, LargestKeptFile)
            ? files.GetAsync((key, file.Path), UnpackFileAsync, cancellationToken)
            : UnpackFileAsync().WaitAsync(cancellationToken);
    }

    public void Dispose() => unpacking.Dispose();

    private async Task<VersionListing?> ListingOfAsync(Stream tarball) =>
        await TarballIndex.ReadAsync(tarball, judge.Limits(), CancellationToken.None) is IndexReading.Accepted archive ? VersionListing.Of(archive) : null;

    private async Task<T?> UnpackAsync<T>(BlobKey key, Func<Stream, Task<T?>> read)
        where T : class
    {
        await unpacking.WaitAsync();
        try
        {
            await using var tarball = await blobs.OpenAsync(key, CancellationToken.None);
            return tarball is null ? null : await read(tarball);
        }
        finally
        {
            unpacking.Release();
        }
    }
}
