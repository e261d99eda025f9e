using System.Security.Cryptography;

namespace Assay.Npm;

/// <summary>Walks through a tar archive: headers, extended headers, and the skipping or keeping of contents.</summary>
internal sealed class TarWalker(GzipStreamReader gzip, TarballLimits limits)
{
    private readonly byte[] block = new byte[TarHeader.BlockSize];
    private readonly byte[] skipped = new byte[32 << 10];
    private int entries;
    private string? longPath;
    private long? longSize;

    /// <summary>The next file or directory, or null after the end of the archive. The last entry's contents must have been read.</summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await ReadBlockAsync(cancellationToken);
            if (TarHeader.IsZero(block))
            {
                await ReadEndAsync(cancellationToken);
                return null;
            }

            if (++entries > limits.MaxEntries)
                throw new TarballRefusedException("too-many-entries", $"The archive has more than {limits.MaxEntries} entries.");
            var header = TarHeader.Read(block);
            if (header.Type is 'x' or 'g' or 'L')
                await ReadExtensionAsync(header, cancellationToken);
            else
                return Judge(header);
        }
    }

    /// <summary>Reads an entry's contents: as much as asked for is returned, the rest is passed over.</summary>
    public ValueTask<byte[]> ReadContentAsync(long size, int keep, CancellationToken cancellationToken) => ReadContentAsync(size, keep, hash: null, cancellationToken);

    /// <summary>The same, with all of the contents going through the hash.</summary>
    public async ValueTask<byte[]> ReadContentAsync(long size, int keep, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        var kept = new byte[Math.Min(size, keep)];
        await FillAsync(kept, cancellationToken);
        hash?.AppendData(kept);
        await SkipAsync(size - kept.Length, hash, cancellationToken);
        await SkipAsync((TarHeader.BlockSize - (size % TarHeader.BlockSize)) % TarHeader.BlockSize, hash: null, cancellationToken);
        return kept;
    }

    private TarEntry Judge(TarHeader header)
    {
        var text = longPath ?? header.Path;
        if (longSize is not null && longSize != header.Size)
            throw new TarballRefusedException("extended-header", $"The archive states two sizes for {Quoted.Of(text)}.");
        (longPath, longSize) = (null, null);
        if (header.Type is not ('0' or '5'))
            throw new TarballRefusedException("entry-type", $"{Quoted.Of(text)} is {Describe(header.Type)}; npm packs files only.");
        var path = EntryPath.Read(text, limits);
        if (header.Type == '5')
            path = path with { IsDirectory = true };
        // Readers disagree on whether such bytes are contents or the next header.
        if (path.IsDirectory && header.Size > 0)
            throw new TarballRefusedException("directory-with-contents", $"The directory {Quoted.Of(text)} has contents.");
        return new TarEntry(path, header.Size, header.Mode);
    }

    private static string Describe(char type) => type switch
    {
        '1' => "a hard link",
        '2' => "a symbolic link",
        '3' or '4' => "a device",
        '6' => "a named pipe",
        _ => $"of the unknown type {Quoted.Of(type.ToString())}",
    };

    private async ValueTask ReadExtensionAsync(TarHeader header, CancellationToken cancellationToken)
    {
        if (header.Size > limits.MaxExtendedHeaderSize)
            throw new TarballRefusedException("extended-header", "The archive has an extended header that is too large.");
        var content = await ReadContentAsync(header.Size, limits.MaxExtendedHeaderSize, cancellationToken);
        var (path, size) = header.Type == 'L' ? (TarHeader.DecodePath(TarHeader.UntilNul(content)), null) : ExtendedHeader.Read(content);
        if (header.Type == 'g' && (path is not null || size is not null))
            throw new TarballRefusedException("extended-header", "The archive has a global header with a path or a size.");
        if ((path is not null && longPath is not null) || (size is not null && longSize is not null))
            throw new TarballRefusedException("extended-header", "The archive has two extended headers for one entry.");
        longPath ??= path;
        longSize ??= size;
    }

    // POSIX asks for two zero blocks; one is enough to know that nothing was cut off. Whatever follows may only be padding.
    private async ValueTask ReadEndAsync(CancellationToken cancellationToken)
    {
        if (longPath is not null || longSize is not null)
            throw new TarballRefusedException("bad-tar", "The archive ends after an extended header.");
        int read;
        do
        {
            read = await gzip.ReadAsync(skipped, cancellationToken);
            if (!TarHeader.IsZero(skipped.AsSpan(0, read)))
                throw new TarballRefusedException("trailing-data", "The archive goes on after its end marker.");
        }
        while (read == skipped.Length);
    }

    private ValueTask ReadBlockAsync(CancellationToken cancellationToken) => FillAsync(block, cancellationToken);

    private async ValueTask SkipAsync(long count, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var next = skipped.AsMemory(0, (int)Math.Min(count, skipped.Length));
            await FillAsync(next, cancellationToken);
            hash?.AppendData(next.Span);
            count -= next.Length;
        }
    }

    private async ValueTask FillAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (await gzip.ReadAsync(destination, cancellationToken) < destination.Length)
            throw new TarballRefusedException("truncated", "The archive breaks off before its end marker.");
    }
}
