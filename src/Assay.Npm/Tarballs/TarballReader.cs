namespace Assay.Npm;

/// <summary>Reads a package's tarball once, front to back, in bounded memory, and refuses what npm would never pack.</summary>
public static class TarballReader
{
    /// <summary>
    /// Reads the stream to its end unless the archive is refused before. Errors of the stream itself are thrown as they come;
    /// everything about its contents is a result.
    /// </summary>
    public static Task<TarballReading> ReadAsync(Stream tgz, TarballLimits limits, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
