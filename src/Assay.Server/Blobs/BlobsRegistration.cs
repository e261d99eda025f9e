using Assay.Server.Data;

namespace Assay.Server.Blobs;

internal static class BlobsRegistration
{
    public static void AddBlobs(this IServiceCollection services)
    {
        services.AddSingleton<BlobsMeter>();
        services.AddSingleton<IDoctorCheck, BlobsCheck>();
        services.AddSingleton<IBlobStore>(provider =>
        {
            var directory = provider.GetRequiredService<DataDirectory>();
            return new DirectoryBlobStore(
                directory.BlobsDirectory, directory.StagingDirectory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<BlobsMeter>());
        });
    }
}
