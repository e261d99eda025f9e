namespace Assay.Server.Audit;

internal static class AuditRegistration
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<ReadAudit>();
        services.AddSingleton<ReadAlerts>();
        services.AddSingleton<ExportAudit>();
        services.AddSingleton<ForgetOldEvents>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetOldEvents>());
    }
}
