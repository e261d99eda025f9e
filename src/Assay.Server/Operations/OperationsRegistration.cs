namespace Assay.Server.Operations;

internal static class OperationsRegistration
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<ForgetSecrets>();
        services.AddSingleton<BlobHold>();
        services.AddSingleton<ResumeBackup>();
        services.AddSingleton<BackupSources>().AddSingleton<SettingsFiles>();
        services.AddSingleton<FillBackup>();
        services.AddSingleton<BackupRegistry>();
        services.AddSingleton<FinishRestore>();
        services.AddSingleton<CollectGarbage>();
        services.AddHostedService<CollectRegularly>();
        services.AddVerification();
    }

    private static void AddVerification(this IServiceCollection services)
    {
        services.AddSingleton<VerifyBlob>();
        services.AddSingleton<VerifyManifest>();
        services.AddSingleton<VerifySignature>();
        services.AddSingleton<VerifyVersions>();
        services.AddSingleton<VerifyAttestations>();
        services.AddSingleton<VerifyUpstreamSignature>();
        services.AddSingleton<VerifyUpstream>();
        services.AddSingleton<VerifyStages>();
        services.AddSingleton<VerifyRows>();
        services.AddSingleton<VerifyRegistry>();
    }
}
