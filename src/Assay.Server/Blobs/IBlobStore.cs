namespace Assay.Server.Blobs;

/// <summary>A blob that is there, and when it was put last.</summary>
internal readonly record struct StoredBlob(BlobKey Key, long Size, DateTimeOffset PutAt);

/// <summary>Bytes under their digest. What is put is durable when the call returns; putting it again changes nothing but the time it was put.</summary>
internal interface IBlobStore
{
    Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken);

    /// <summary>The bytes, or null when there are none under this key. The caller disposes the stream.</summary>
    Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken);

    /// <summary>All blobs, in no order. One that comes or goes meanwhile may be among them or not.</summary>
    IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a blob that was not put since then; answers whether it did. A put comes before it, and is seen, or after it, and writes anew.</summary>
    Task<bool> DeleteUnlessPutSinceAsync(BlobKey key, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Deleting what is not there is fine.</summary>
    Task DeleteAsync(BlobKey key, CancellationToken cancellationToken);
}
