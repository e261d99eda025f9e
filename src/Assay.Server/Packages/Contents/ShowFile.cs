using System.Text;
using Assay.Npm;
using Assay.Server.Blobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A file of a tarball, as far as it can be shown.</summary>
internal abstract record ShownFile(IndexedFile File)
{
    /// <summary>UTF-8, without NULs.</summary>
    internal sealed record Text(IndexedFile File, string Content) : ShownFile(File);

    internal sealed record Binary(IndexedFile File) : ShownFile(File);

    /// <summary>It is not read at all.</summary>
    internal sealed record TooLarge(IndexedFile File, int Largest) : ShownFile(File);
}

/// <summary>Reads a file of a stored tarball for people. Who may see the tarball was asked before.</summary>
internal sealed class ShowFile(TarballContentsReader contents, IOptions<PackagesOptions> options)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the bytes are missing or damaged.</summary>
    public async Task<ShownFile?> ReadAsync(BlobKey tarball, IndexedFile file, CancellationToken cancellationToken)
    {
        var largest = options.Value.LargestShownFile;
        if (file.Size > largest)
        {
            return new ShownFile.TooLarge(file, largest);
        }
        var bytes = await contents.ReadAsync(tarball, file, largest, cancellationToken);
        return bytes is null ? null : TextOf(bytes) is { } text ? new ShownFile.Text(file, text) : new ShownFile.Binary(file);
    }

    private static string? TextOf(byte[] bytes)
    {
        if (bytes.AsSpan().Contains((byte)0))
        {
            return null;
        }
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
