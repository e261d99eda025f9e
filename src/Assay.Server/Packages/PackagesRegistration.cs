using Assay.Server.Identity;

namespace Assay.Server.Packages;

internal static class PackagesRegistration
{
    public static void AddPackages(this IServiceCollection services)
    {
        services.AddSingleton<PackagesMeter>();
        services.AddSingleton<PackageDocuments>();
        services.AddSingleton<TarballBytes>();
        services.AddSingleton<OwnedNames>();
        services.AddSingleton<ForeignNames>();
        services.AddSingleton<JudgeTarball>();
        services.AddSingleton<ReceivePublish>();
        services.AddSingleton<FirstAccess>();
        services.AddSingleton<Freezes>();
        services.AddSingleton<KeepProvenance>();
        services.AddSingleton<ChangeProvenanceSettings>();
        services.AddSingleton<PackageLocks>();
        services.AddSingleton<FindLocked>();
        services.AddSingleton<ChangeLock>();
        services.AddSingleton<IPasskeyDemands, Demands>();
        services.AddSingleton<AskForPackage>();
        services.AddSingleton<DecidePublish>();
        services.AddSingleton<KeepVersion>();
        services.AddSingleton<StoreVersion>();
        services.AddSingleton<ForeseePublish>();
        services.AddSingleton<StorePublish>();
        services.AddSingleton<PublishPackage>();
        services.AddContents();
        services.AddStaging();
        services.AddReports();
        services.AddSearch();
        services.AddSingleton<ChangePackage>();
        services.AddSingleton<ChangeOwners>();
        services.AddSingleton<ChangeAccess>();
        services.AddSingleton<Grants>();
        services.AddSingleton<ReadOrganisations>();
        services.AddSingleton<Scopes>();
        services.AddSingleton<WriteGate>();
        services.AddSingleton<KnownPackages>();
        services.AddSingleton<ReadLogged>();
        services.AddSingleton<VerifyVersion>();
        services.AddSingleton<MarkProvenance>();
    }
}
