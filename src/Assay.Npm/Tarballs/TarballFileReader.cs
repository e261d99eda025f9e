namespace Assay.Npm;

/// <summary>Reads one file out of an archive that was accepted before, without unpacking the rest.</summary>
public static class TarballFileReader
{
    /// <summary>The first bytes of the file, at most so many; null when there is none of this path, or when the archive is damaged before its end.</summary>
    public static async Task<byte[]?> ReadAsync(Stream tgz, string path, int most, TarballLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(tgz, path, most, limits, cancellationToken);
        }
        catch (TarballRefusedException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> FindAsync(Stream tgz, string path, int most, TarballLimits limits, CancellationToken cancellationToken)
    {
        await using var gzip = new GzipStreamReader(tgz, limits);
        var walker = new TarWalker(gzip, limits);
        while (await walker.NextAsync(cancellationToken) is { } entry)
        {
            var isIt = entry.IsFile && entry.Path.Rest == path;
            var content = await walker.ReadContentAsync(entry.Size, isIt ? most : 0, cancellationToken);
            if (isIt)
                return content;
        }
        return null;
    }
}
