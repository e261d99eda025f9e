namespace Assay.Server.Packages;

internal static class ContentsRegistration
{
    public static void AddContents(this IServiceCollection services)
    {
        services.AddSingleton<TarballContentsReader>();
        services.AddSingleton<ShowFile>();
        services.AddSingleton<CompareFile>();
        services.AddSingleton<BrowseVersion>();
        services.AddSingleton<CompareVersions>();
        services.AddSingleton<FindSource>();
    }
}
