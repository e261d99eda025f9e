namespace Assay.Server.Blobs;

/// <summary>Bytes under their digest. What is put is durable when the call returns; putting it again changes nothing.</summary>
internal interface IBlobStore
{
    Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken);

    /// <summary>The bytes, or null when there are none under this key. The caller disposes the stream.</summary>
    Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken);

    /// <summary>Deleting what is not there is fine.</summary>
    Task DeleteAsync(BlobKey key, CancellationToken cancellationToken);
}
