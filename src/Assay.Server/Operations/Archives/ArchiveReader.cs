using Assay.Server.Blobs;

namespace Assay.Server.Operations;

/// <summary>
/// Reads a backup entry by entry and believes nothing: each header is the one that a backup would have for that name and size, names are those of a backup, blobs
/// have the digest of their name, what fills up a block is zero.
/// </summary>
internal sealed class ArchiveReader(Stream file, DigestList digests) : IAsyncDisposable
{
    private HashedStream? content;
    private string previous = "its beginning";

    /// <summary>Where the last whole entry ends.</summary>
    public long WholeUntil { get; private set; }

    /// <summary>The name of the next entry; null at the end of the archive.</summary>
    /// <exception cref="ArchiveDamaged">What follows is no entry of a backup.</exception>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        var header = await BlockAsync(ArchiveHeader.Block, cancellationToken);
        if (!header.AsSpan().ContainsAnyExcept((byte)0))
        {
            await CheckEndAsync(cancellationToken);
            return null;
        }
        if (ArchiveHeader.IsExtended(header))
        {
            header = [.. header, .. await BlockAsync(2 * ArchiveHeader.Block, cancellationToken)];
        }
        if (!ArchiveHeader.TryRead(header, out var name, out var size) || !ArchiveName.IsValid(name))
        {
            throw new ArchiveDamaged($"what follows {previous} (byte {WholeUntil:N0}) is not the header of anything that a backup has");
        }
        content = new HashedStream(file, size);
        previous = name;
        return name;
    }

    /// <summary>The bytes of the entry that was named last; to be read to their end.</summary>
    public Stream Content => content ?? throw new InvalidOperationException("No entry was asked for.");

    /// <summary>Called when the entry was read; answers its SHA-256.</summary>
    /// <exception cref="ArchiveDamaged">It is cut off, or has other bytes.</exception>
    public async Task<byte[]> EndEntryAsync(CancellationToken cancellationToken)
    {
        var read = content!;
        await read.CopyToAsync(Stream.Null, cancellationToken);
        if (!read.IsComplete)
        {
            throw new ArchiveDamaged($"the file ends in the middle of {previous}");
        }
        if (ArchiveName.IsBlob(previous, out var key) && BlobKey.FromSha512(read.Sha512()) != key)
        {
            throw new ArchiveDamaged($"{previous} has other bytes than its name says");
        }
        if ((await BlockAsync(ArchiveHeader.PaddingAfter(read.Length), cancellationToken)).AsSpan().ContainsAnyExcept((byte)0))
        {
            throw new ArchiveDamaged($"behind the bytes of {previous} stands something");
        }
        var digest = read.Sha256();
        await read.DisposeAsync();
        if (previous != ArchiveName.Digests)
        {
            await digests.AddAsync(previous, digest, cancellationToken);
        }
        else if (!(await digests.Sha256Async(cancellationToken)).AsSpan().SequenceEqual(digest))
        {
            throw new ArchiveDamaged($"{ArchiveName.Digests} is damaged");
        }
        WholeUntil = file.Position;
        return digest;
    }

    public async ValueTask DisposeAsync()
    {
        if (content is not null)
        {
            await content.DisposeAsync();
        }
    }

    private async Task CheckEndAsync(CancellationToken cancellationToken)
    {
        var rest = await BlockAsync(ArchiveHeader.Block, cancellationToken);
        if (previous != ArchiveName.Digests || rest.AsSpan().ContainsAnyExcept((byte)0) || await file.ReadAsync(new byte[1], cancellationToken) > 0)
        {
            throw new ArchiveDamaged($"what follows {previous} (byte {WholeUntil:N0}) is not the end of a backup");
        }
    }

    private async Task<byte[]> BlockAsync(int length, CancellationToken cancellationToken)
    {
        var block = new byte[length];
        return await file.ReadAtLeastAsync(block, length, throwOnEndOfStream: false, cancellationToken) == length
            ? block
            : throw new ArchiveDamaged($"the file ends after {previous}");
    }
}
