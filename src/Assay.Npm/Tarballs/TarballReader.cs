namespace Assay.Npm;

/// <summary>Reads a package's tarball once, front to back, in bounded memory, and refuses what npm would never pack.</summary>
public static class TarballReader
{
    /// <summary>
    /// Reads the stream to its end unless the archive is refused before. Errors of the stream itself are thrown as they come;
    /// everything about its contents is a result.
    /// </summary>
    public static async Task<TarballReading> ReadAsync(Stream tgz, TarballLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return new TarballReading.Accepted(await WalkAsync(tgz, limits, cancellationToken));
        }
        catch (TarballRefusedException refusal)
        {
            return new TarballReading.Refused(refusal.Problem);
        }
    }

    private static async Task<TarballContents> WalkAsync(Stream tgz, TarballLimits limits, CancellationToken cancellationToken)
    {
        await using var gzip = new GzipStreamReader(tgz, limits);
        var walker = new TarWalker(gzip, limits);
        var collector = new ContentsCollector(limits);
        while (await walker.NextAsync(cancellationToken) is { } entry)
        {
            var wanted = collector.Announce(entry);
            collector.Take(entry, await walker.ReadContentAsync(entry.Size, wanted, cancellationToken));
        }

        return collector.Finish();
    }
}
