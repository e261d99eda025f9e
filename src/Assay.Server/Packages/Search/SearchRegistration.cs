using Assay.Server.Data;

namespace Assay.Server.Packages;

internal static class SearchRegistration
{
    public static void AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<IndexEntry>();
        services.AddSingleton<IndexPackages>();
        services.AddSingleton<ICommitEnd>(provider => provider.GetRequiredService<IndexPackages>());
        services.AddHostedService<CatchUpSearch>();
        services.AddSingleton<ReadablePackages>();
        services.AddSingleton<SearchPackages>();
        services.AddSingleton<ListDependents>();
        services.AddSingleton<RecentPublishes>();
    }
}
