using Assay.Server.Data;

namespace Assay.Server.Identity;

internal static class IdentityRegistration
{
    public static void AddIdentity(this IServiceCollection services, ClientSecret secret)
    {
        services.AddSingleton<RequestLimits>();
        AddSingleSignOn(services, secret);
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<People>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ICredentialSource>(provider => provider.GetRequiredService<AccessTokens>());
        services.AddSingleton<CreateAccessToken>();
        services.AddSingleton<LeakLimits>();
        services.AddSingleton<MailEndingTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<MailEndingTokens>());
        services.AddSingleton<CredentialCache>();
        services.AddSingleton<CallerResolver>();
        services.AddSingleton<WebLogins>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<OrganisationMembers>();
        services.AddSingleton<Teams>();
        services.AddSingleton<ChangeProfile>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton<ProfileFactors>();
        services.AddSingleton<PageSignIn>();
        services.AddSingleton<WebSessions>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<FormCookie>();
        services.AddSingleton<Visitors>();
        services.AddSingleton<SignedInPlaces>();
        AddAccounts(services);
        AddSecondFactors(services);
    }

    private static void AddSingleSignOn(IServiceCollection services, ClientSecret secret)
    {
        services.AddSingleton(secret);
        services.AddSingleton<ProviderFetch>();
        services.AddSingleton<OpenIdProvider>();
        services.AddSingleton<ReadIdToken>();
        services.AddSingleton<TalkWithProvider>();
        services.AddSingleton<ProviderSignIns>();
        services.AddSingleton<ProviderCookie>();
        services.AddSingleton<FinishSignIn>();
        services.AddSingleton<IDoctorCheck, ProviderCheck>();
    }

    private static void AddAccounts(IServiceCollection services)
    {
        services.AddSingleton<ReadPeople>();
        services.AddSingleton<ReadOwnAccount>();
        services.AddSingleton<AskForPassword>();
        services.AddSingleton<ChangePerson>();
        services.AddSingleton<ResetPassword>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<AcceptInvitation>();
        services.AddSingleton<RecoverPassword>();
        services.AddSingleton<RecoveryThrottle>();
        services.AddSingleton<LinkMail>();
        services.AddSingleton<NameServers>();
        services.AddSingleton<CheckEmailDomains>();
        services.AddHostedService(provider => provider.GetRequiredService<CheckEmailDomains>());
    }

    private static void AddSecondFactors(IServiceCollection services)
    {
        services.AddSingleton<SecondFactorRule>();
        services.AddSingleton<FactorTries>();
        services.AddSingleton<PasskeyPeople>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<ChangeFactors>();
        services.AddSingleton<ResetFactors>();
        services.AddSingleton<WebChallenges>();
        services.AddSingleton<SecondFactorGate>();
    }
}
