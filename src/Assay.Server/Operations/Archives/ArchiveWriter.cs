using Assay.Server.Blobs;

namespace Assay.Server.Operations;

/// <summary>Appends entries to a backup that is being written.</summary>
internal sealed class ArchiveWriter(FileStream file, DigestList digests)
{
    private const int CopyBytes = 128 * 1024;

    public async Task AppendAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (await TryAppendAsync(name, content, _ => true, cancellationToken) is { } problem)
        {
            throw new IOException($"{name} {problem}.");
        }
    }

    /// <summary>Why nothing was appended: the bytes are not the ones of their name, or cannot be read. Null when they are there.</summary>
    public Task<string?> TryAppendAsync(BlobKey blob, Stream content, CancellationToken cancellationToken) =>
        TryAppendAsync(ArchiveName.Of(blob), content, read => BlobKey.FromSha512(read.Sha512()) == blob, cancellationToken);

    /// <summary>The list of digests and the end of the archive; returns when all of it is on the disk.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var list = await digests.RewoundAsync(cancellationToken);
        await file.WriteAsync(ArchiveHeader.Of(ArchiveName.Digests, list.Length), cancellationToken);
        var length = list.Length;
        await list.CopyToAsync(file, CopyBytes, cancellationToken);
        await file.WriteAsync(new byte[ArchiveHeader.PaddingAfter(length) + (2 * ArchiveHeader.Block)], cancellationToken);
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private async Task<string?> TryAppendAsync(string name, Stream content, Func<HashedStream, bool> isRight, CancellationToken cancellationToken)
    {
        var (start, size) = (file.Position, content.Length);
        await file.WriteAsync(ArchiveHeader.Of(name, size), cancellationToken);
        await using var hashed = new HashedStream(content, size);
        var problem = await CopyAsync(hashed, cancellationToken) ?? (!hashed.IsComplete ? "changed while it was read" : isRight(hashed) ? null : "has other bytes than its name says");
        if (problem is not null)
        {
            file.SetLength(start);
            file.Position = start;
            return problem;
        }
        await file.WriteAsync(new byte[ArchiveHeader.PaddingAfter(size)], cancellationToken);
        await digests.AddAsync(name, hashed.Sha256(), cancellationToken);
        return null;
    }

    // What cannot be read is that entry's trouble; what cannot be written is the whole backup's.
    private async Task<string?> CopyAsync(HashedStream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBytes];
        while (true)
        {
            int read;
            try
            {
                read = await content.ReadAsync(buffer.AsMemory(), cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return $"cannot be read: {failure.Message}";
            }
            if (read == 0)
            {
                return null;
            }
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
