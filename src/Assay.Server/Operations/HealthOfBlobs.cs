using Assay.Server.Blobs;
using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>The store answers, and a file can be made where bytes are received and where they are kept.</summary>
internal sealed class HealthOfBlobs(IBlobStore blobs, DataDirectory data) : IHealthCheck
{
    private const string Probe = ".health";

    private static readonly BlobKey Nobodys = BlobKey.FromSha512(new byte[64]);

    public string Name => "blobs";

    public bool IsNeeded => true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await blobs.ExistsAsync(Nobodys, cancellationToken);
        foreach (var directory in new[] { data.StagingDirectory, data.BlobsDirectory })
        {
            await using var file = new FileStream(
                Path.Combine(directory, Probe), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            await file.WriteAsync("ok"u8.ToArray(), cancellationToken);
        }
    }
}
