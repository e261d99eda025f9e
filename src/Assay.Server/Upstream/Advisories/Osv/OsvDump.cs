using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>One document of a dump, by where it stands; without bytes when it is too large to be one.</summary>
internal readonly record struct OsvEntry(string Name, ReadOnlyMemory<byte>? Json);

/// <summary>
/// A dump of OSV documents: a zip or a directory with one file for each, a file with one a line, or a single document. They are read one by one.
/// </summary>
internal sealed class OsvDump(string path)
{
    public const int LargestEntry = 4 * 1024 * 1024;

    private const string Extension = ".json";

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is a damaged zip.</exception>
    public IAsyncEnumerable<OsvEntry> ReadAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return OfDirectoryAsync(cancellationToken);
        }
        if (IsZip())
        {
            return OfZipAsync(cancellationToken);
        }
        return path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? OfFilesAsync([path], cancellationToken) : OsvLines.ReadAsync(path, cancellationToken);
    }

    private bool IsZip()
    {
        using var file = File.OpenRead(path);
        var start = new byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6];
    }

    private IAsyncEnumerable<OsvEntry> OfDirectoryAsync(CancellationToken cancellationToken) =>
        OfFilesAsync(Directory.EnumerateFiles(path, "*" + Extension, SearchOption.AllDirectories), cancellationToken);

    private static async IAsyncEnumerable<OsvEntry> OfFilesAsync(IEnumerable<string> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await using var stream = File.OpenRead(file);
            yield return new OsvEntry(Path.GetFileName(file), await ReadAsync(stream, cancellationToken));
        }
    }

    private async IAsyncEnumerable<OsvEntry> OfZipAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var archive = await ZipFile.OpenReadAsync(path, cancellationToken);
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
        {
            await using var stream = await entry.OpenAsync(cancellationToken);
            yield return new OsvEntry(entry.Name, await ReadAsync(stream, cancellationToken));
        }
    }

    // What an archive says of its sizes is not believed.
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > LargestEntry)
            {
                return null;
            }
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }
}
