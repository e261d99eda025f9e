namespace Assay.Server.Operations;

internal static class OperationsRegistration
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<BlobHold>();
        services.AddSingleton<ResumeBackup>();
        services.AddSingleton<BackupSources>();
        services.AddSingleton<FillBackup>();
        services.AddSingleton<BackupRegistry>();
        services.AddSingleton<FinishRestore>();
        services.AddSingleton<CollectGarbage>();
        services.AddHostedService<CollectRegularly>();
    }
}
