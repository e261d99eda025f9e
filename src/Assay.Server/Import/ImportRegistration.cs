namespace Assay.Server.Import;

internal static class ImportRegistration
{
    public static void AddImport(this IServiceCollection services)
    {
        services.AddSingleton<StageTarball>();
        services.AddSingleton<OpenSource>();
        services.AddSingleton<BeginImport>();
        services.AddSingleton<DecideImport>();
        services.AddSingleton<StoreImported>();
        services.AddSingleton<ImportVersion>();
        services.AddSingleton<FinishPackage>();
        services.AddSingleton<ImportPackage>();
        services.AddSingleton<RunImport>();
    }
}
