namespace Assay.Npm;

/// <summary>
/// Reads the body of a PUT as it arrives. The base64 of the one attached tarball is decoded and handed on piece by piece; all else
/// is kept, up to a limit, and parsed at the end.
/// </summary>
public static class PublishDocumentReader
{
    /// <summary>
    /// Reads the body to its end unless it is refused before. What the sink was given is only worth keeping if the result is
    /// <see cref="PublishReading.Accepted"/>. Errors of the stream or the sink are thrown as they come.
    /// </summary>
    /// <param name="body">The request's body.</param>
    /// <param name="limits">The sizes allowed.</param>
    /// <param name="tarballSink">Takes the tarball's bytes in order; the memory is reused after each call.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static Task<PublishReading> ReadAsync(
        Stream body,
        PublishLimits limits,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> tarballSink,
        CancellationToken cancellationToken) => throw new NotSupportedException();
}
