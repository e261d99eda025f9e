using System.Security.Cryptography;

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
    private readonly BlobsMeter? meter;

    public DirectoryBlobStore(string root, string staging, BlobsMeter? meter = null)
    {
        this.root = root;
        this.staging = staging;
        this.meter = meter;
        CreateFolders();
    }

    public async Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        if (File.Exists(path))
        {
            return;
        }
        var unfinished = Path.Combine(staging, $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.blob");
        try
        {
            var size = await WriteAndFlushAsync(unfinished, content, cancellationToken);
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
        catch (FileNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(key)));

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken)
    {
        File.Delete(PathOf(key));
        return Task.CompletedTask;
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
