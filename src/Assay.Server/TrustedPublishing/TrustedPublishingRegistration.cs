using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

internal static class TrustedPublishingRegistration
{
    public static void AddTrustedPublishing(this IServiceCollection services, ProviderCatalog providers)
    {
        services.AddSingleton(providers);
        services.AddSingleton<TrustStore>();
        services.AddSingleton<IssuerFetch>();
        services.AddSingleton<IssuerDiscovery>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<Issuers>();
        services.AddSingleton<IDoctorCheck, IssuersCheck>();
        services.AddSingleton<AddIssuer>();
        services.AddSingleton<ChangeIssuer>();
        services.AddSingleton<RemoveIssuer>();
        services.AddHostedService<SuspendedIssuers>();
        services.AddSingleton<IdentityTokens>();
        services.AddSingleton<FailureLimits>();
        services.AddSingleton<RefusalMemory>();
        services.AddSingleton<IRefusalMemory>(provider => provider.GetRequiredService<RefusalMemory>());
        services.AddSingleton<WhereToLook>();
        services.AddAttempts();
        services.AddSingleton<ExchangeRefusals>();
        services.AddSingleton<Replays>();
        services.AddSingleton<MintToken>();
        services.AddSingleton<ExchangesMeter>();
        services.AddSingleton<ExchangeToken>();
        services.AddSingleton<ICredentialSource, ExchangedTokens>();
        services.AddSingleton<RunBudget>();
        services.AddSingleton<RecallRun>();
        services.AddSingleton<CertifiedRuns>();
        services.AddSingleton<RunNovelty>();
        services.AddSingleton<TellOrigin>();
        services.AddSingleton<IWorkloadAuthority, WorkloadAuthority>();
        services.AddPolicies();
        services.AddIncidents();
        services.AddHostedService<ForgetExpired>();
    }

    private static void AddAttempts(this IServiceCollection services)
    {
        services.AddSingleton<StrangerCaps>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<TrimAttempts>();
        services.AddSingleton<AttemptRights>();
        services.AddSingleton<ReadAttempts>();
        services.AddSingleton<TrustedOwners>();
        services.AddSingleton<PolicyFromAttempt>();
        services.AddSingleton<AttemptDrafts>();
        services.AddSingleton<AssumeRun>();
        services.AddSingleton<Simulate>();
        services.AddSingleton<LintWorkflow>();
    }

    private static void AddPolicies(this IServiceCollection services)
    {
        services.AddSingleton<PolicyGate>();
        services.AddSingleton<ReadPolicyMatrix>();
        services.AddSingleton<ProposeLock>();
        services.AddSingleton<PolicyNotices>();
        services.AddSingleton<SecondOwners>();
        services.AddSingleton<WaitingChanges>();
        services.AddSingleton<AgreeToChange>();
        services.AddSingleton<ChooseBinding>();
        services.AddSingleton<OfferIssuers>();
        services.AddSingleton<ProposePolicy>();
        services.AddSingleton<PreviewPolicy>();
        services.AddSingleton<PublishGuides>();
        services.AddSingleton<SucceedPolicy>();
        services.AddSingleton<CreatePolicy>();
        services.AddSingleton<ReplacePolicy>();
        services.AddSingleton<EndPolicy>();
        services.AddSingleton<RearmPolicy>();
        services.AddSingleton<SetInheritance>();
        services.AddSingleton<Reservations>();
        services.AddSingleton<ReadPolicies>();
        services.AddSingleton<PolicyListing>();
        services.AddSingleton<TrustConfigurations>();
    }
}
