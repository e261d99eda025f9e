namespace Assay.Server.Attestations;

internal static class AttestationsRegistration
{
    public static void AddAttestations(this IServiceCollection services, ClientTrust trust)
    {
        services.AddSingleton<SignVersions>();
        services.AddSingleton<AttestVersion>();
        services.AddSingleton<ReadBundles>();
        services.AddSingleton<PrivateRoots>();
        services.AddSingleton<CheckAdvertised>();
        services.AddSingleton<RekorClient>();
        services.AddHostedService<LogPublicly>();
        services.AddSingleton<LogOlderVersions>();
        services.AddSingleton<VerifyStored>();
        services.AddHostedService<CatchUp>();
        services.AddSingleton(trust);
        services.AddSingleton<VerifyProvenance>();
    }
}
