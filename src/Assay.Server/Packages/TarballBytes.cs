using System.Collections.Concurrent;
using Assay.Server.Blobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Small tarballs that were asked for lately, kept in memory; all others come from the store.</summary>
internal sealed class TarballBytes(IBlobStore blobs, PackagesMeter meter, DownloadCounts counts, IOptions<PackagesOptions> options)
{
    private const long LargestRemembered = 256 * 1024;

    private readonly ConcurrentDictionary<BlobKey, byte[]> remembered = new();
    private readonly ConcurrentQueue<BlobKey> order = new();
    private long held;

    /// <summary>The bytes, or null when they are too large to keep or are missing.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> RememberedAsync(StoredTarball tarball, CancellationToken cancellationToken)
    {
        if (remembered.TryGetValue(tarball.Key, out var bytes))
        {
            meter.Downloaded(bytes.Length, fromMemory: true);
            return bytes;
        }
        if (tarball.Size > LargestRemembered || options.Value.TarballCacheBytes == 0)
        {
            return null;
        }
        await using var stream = await blobs.OpenAsync(tarball.Key, cancellationToken);
        if (stream is null)
        {
            return null;
        }
        bytes = new byte[tarball.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        Remember(tarball.Key, bytes);
        meter.Downloaded(bytes.Length, fromMemory: false);
        return bytes;
    }

    public async Task<Stream?> OpenAsync(StoredTarball tarball, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenAsync(tarball.Key, cancellationToken);
        if (stream is not null)
        {
            meter.Downloaded(tarball.Size, fromMemory: false);
        }
        return stream;
    }

    /// <summary>It was sent to its end.</summary>
    public void Served(StoredTarball tarball) => counts.Served(tarball);

    // First in, first out: what is popular comes back at the cost of one read.
    private void Remember(BlobKey key, byte[] bytes)
    {
        if (!remembered.TryAdd(key, bytes))
        {
            return;
        }
        order.Enqueue(key);
        Interlocked.Add(ref held, bytes.Length);
        while (Interlocked.Read(ref held) > options.Value.TarballCacheBytes && order.TryDequeue(out var oldest))
        {
            if (remembered.TryRemove(oldest, out var dropped))
            {
                Interlocked.Add(ref held, -dropped.Length);
            }
        }
    }
}
