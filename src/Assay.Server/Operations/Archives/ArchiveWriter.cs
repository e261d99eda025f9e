using Assay.Server.Blobs;

namespace Assay.Server.Operations;

/// <summary>Appends entries to a backup that is being written.</summary>
internal sealed class ArchiveWriter(FileStream file, DigestList digests)
{
    private const int CopyBytes = 128 * 1024;

    public async Task AppendAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (!await TryAppendAsync(name, content, _ => true, cancellationToken))
        {
            throw new IOException($"{name} changed while it was read.");
        }
    }

    /// <summary>False, and nothing appended, when the bytes are not the ones of their name.</summary>
    public Task<bool> TryAppendAsync(BlobKey blob, Stream content, CancellationToken cancellationToken) =>
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

    private async Task<bool> TryAppendAsync(string name, Stream content, Func<HashedStream, bool> isRight, CancellationToken cancellationToken)
    {
        var (start, size) = (file.Position, content.Length);
        await file.WriteAsync(ArchiveHeader.Of(name, size), cancellationToken);
        await using var hashed = new HashedStream(content, size);
        await hashed.CopyToAsync(file, CopyBytes, cancellationToken);
        if (!hashed.IsComplete || !isRight(hashed))
        {
            file.SetLength(start);
            file.Position = start;
            return false;
        }
        await file.WriteAsync(new byte[ArchiveHeader.PaddingAfter(size)], cancellationToken);
        await digests.AddAsync(name, hashed.Sha256(), cancellationToken);
        return true;
    }
}
