namespace Assay.Server.Packages;

internal static class UsageRegistration
{
    public static void AddUsage(this IServiceCollection services)
    {
        services.AddSingleton<DownloadCounts>();
        services.AddSingleton<UpstreamCounts>();
        services.AddSingleton<ReadDownloads>();
        services.AddSingleton<StoreCounts>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreCounts>());
        services.AddSingleton<FoldDownloads>();
        services.AddHostedService(provider => provider.GetRequiredService<FoldDownloads>());
    }
}
