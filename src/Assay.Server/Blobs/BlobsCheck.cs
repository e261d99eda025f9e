using System.Runtime.CompilerServices;
using Assay.Server.Data;

namespace Assay.Server.Blobs;

/// <summary>Goes the way of every blob: written beside, flushed, renamed, folder flushed.</summary>
internal sealed class BlobsCheck(IBlobStore blobs, DataDirectory data, TimeProvider time) : IDoctorCheck
{
    private const string Name = ".doctor";

    private static readonly BlobKey Nobodys = BlobKey.FromSha512(new byte[64]);

    public string Subject => "blobs";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await blobs.ExistsAsync(Nobodys, cancellationToken);
        yield return await TryAsync(cancellationToken);
    }

    private async Task<Finding> TryAsync(CancellationToken cancellationToken)
    {
        var (unfinished, kept) = (Path.Combine(data.StagingDirectory, Name), Path.Combine(data.BlobsDirectory, Name));
        try
        {
            var began = time.GetTimestamp();
            await WriteAsync(unfinished, cancellationToken);
            File.Move(unfinished, kept, overwrite: true);
            DurableDirectory.Flush(data.BlobsDirectory);
            return Finding.Ok($"Files are written, flushed and renamed, in {time.GetElapsedTime(began).TotalMilliseconds:N1} ms");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed($"Bytes cannot be kept: {failure.Message}", "Give this user write access to the data directory, make room, or look at its disk");
        }
        finally
        {
            Remove(unfinished);
            Remove(kept);
        }
    }

    private static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        await file.WriteAsync("written by the doctor"u8.ToArray(), cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Where it could not be written there is nothing to remove.
        }
    }
}
