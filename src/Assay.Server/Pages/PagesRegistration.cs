namespace Assay.Server.Pages;

internal static class PagesRegistration
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<Readmes.ReadmeMarkup>();
        services.AddSingleton<AccountView>();
        services.AddSingleton<AccountForm>();
        services.AddSingleton<ProviderLink>();
        services.AddSingleton<SingleSignOnDeparture>();
        services.AddSingleton<SingleSignOnForms>();
        services.AddSingleton<SingleSignOnReturn>();
    }
}
