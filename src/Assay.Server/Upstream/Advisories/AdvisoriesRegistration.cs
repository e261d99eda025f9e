using Assay.Server.Data;

namespace Assay.Server.Upstream.Advisories;

internal static class AdvisoriesRegistration
{
    public static void AddAdvisories(this IServiceCollection services)
    {
        services.AddSingleton<IAdvisorySource, ImportedAdvisories>();
        services.AddSingleton<IAdvisorySource, RelayedAdvisories>();
        services.AddSingleton<AskAdvisories>();
        services.AddSingleton<IssuedAdvisories>();
        services.AddSingleton<IssueAdvisory>();
        services.AddSingleton<AuditReaderRules>();
        services.AddSingleton<ImportAdvisories>();
        services.AddSingleton<IDoctorCheck, AdvisoriesCheck>();
    }
}
