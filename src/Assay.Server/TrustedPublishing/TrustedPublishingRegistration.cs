using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

internal static class TrustedPublishingRegistration
{
    public static void AddTrustedPublishing(this IServiceCollection services)
    {
        services.AddSingleton(_ => ProviderCatalog.Shipped);
        services.AddSingleton<TrustStore>();
        services.AddSingleton<IssuerFetch>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<IdentityTokens>();
        services.AddSingleton<FailureLimits>();
        services.AddSingleton<RefusalMemory>();
        services.AddSingleton<IRefusalMemory>(provider => provider.GetRequiredService<RefusalMemory>());
        services.AddSingleton<Attempts>();
        services.AddSingleton<ExchangeRefusals>();
        services.AddSingleton<MintPublishToken>();
        services.AddSingleton<ExchangeToken>();
        services.AddSingleton<ICredentialSource, PublishTokens>();
        services.AddSingleton<IPublishAuthority, PublishAuthority>();
        services.AddSingleton<TrustConfigurations>();
        services.AddHostedService<ForgetExpired>();
    }
}
