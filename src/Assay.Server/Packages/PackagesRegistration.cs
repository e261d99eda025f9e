namespace Assay.Server.Packages;

internal static class PackagesRegistration
{
    public static void AddPackages(this IServiceCollection services)
    {
        services.AddSingleton<PackageDocuments>();
        services.AddSingleton<TarballBytes>();
        services.AddSingleton<ReceivePublish>();
        services.AddSingleton<FirstAccess>();
        services.AddSingleton<PublishPackage>();
        services.AddSingleton<ChangePackage>();
    }
}
