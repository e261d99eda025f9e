using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Assay.Server.Data;

namespace Assay.Server.Blobs;

/// <summary>
/// A directory of files named by their digest, spread over 256 folders. A file appears under its name only when its bytes are on the disk:
/// written beside, flushed, renamed, folder flushed.
/// </summary>
internal sealed class DirectoryBlobStore : IBlobStore
{
    private const int CopyBufferBytes = 128 * 1024;

    private readonly string root;
    private readonly string staging;
    private readonly TimeProvider time;
    private readonly BlobsMeter? meter;
    private readonly Lock renewing = new();

    public DirectoryBlobStore(string root, string staging, TimeProvider time, BlobsMeter? meter = null)
    {
        this.root = root;
        this.staging = staging;
        this.time = time;
        this.meter = meter;
        CreateFolders();
    }

    public async Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        if (Renew(path))
        {
            return;
        }
        var unfinished = Path.Combine(staging, $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.blob");
        try
        {
            var size = await WriteAndFlushAsync(unfinished, content, cancellationToken);
            File.SetLastWriteTimeUtc(unfinished, time.GetUtcNow().UtcDateTime);
            // Two writers of one key carry the same bytes, so the later rename changes nothing.
            File.Move(unfinished, path, overwrite: true);
            DurableDirectory.Flush(Path.GetDirectoryName(path)!);
            meter?.Stored(size);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(key)));

    public async IAsyncEnumerable<StoredBlob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Exists))
            {
                if (BlobKey.TryParse(file.Name, out var key))
                {
                    yield return new StoredBlob(key, file.Length, file.LastWriteTimeUtc);
                }
            }
        }
    }

    public Task<bool> DeleteUnlessPutSinceAsync(BlobKey key, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(key));
        lock (renewing)
        {
            var isOld = file.Exists && file.LastWriteTimeUtc < since;
            if (isOld)
            {
                file.Delete();
            }
            return Task.FromResult(isOld);
        }
    }

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken)
    {
        File.Delete(PathOf(key));
        return Task.CompletedTask;
    }

    // With the lock: between a look at the old time and the deletion nobody may be told that the blob is there.
    private bool Renew(string path)
    {
        lock (renewing)
        {
            if (!File.Exists(path))
            {
                return false;
            }
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        // Whoever put it first may not have come that far yet.
        DurableDirectory.Flush(Path.GetDirectoryName(path)!);
        return true;
    }

    private static async Task<long> WriteAndFlushAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await content.CopyToAsync(file, CopyBufferBytes, cancellationToken);
        file.Flush(flushToDisk: true);
        return file.Length;
    }

    private string PathOf(BlobKey key) => Path.Combine(root, key.Hex[..2], key.Hex);

    // All folders exist from the start: a put then never has to flush a folder's parent.
    private void CreateFolders()
    {
        if (Directory.Exists(Path.Combine(root, "ff")))
        {
            return;
        }
        for (var folder = 0; folder < 256; folder++)
        {
            Directory.CreateDirectory(Path.Combine(root, folder.ToString("x2")));
        }
        DurableDirectory.Flush(root);
        DurableDirectory.Flush(Path.GetDirectoryName(root)!);
    }
}
