namespace Assay.Server.Packages;

internal static class ReportsRegistration
{
    public static void AddReports(this IServiceCollection services)
    {
        services.AddSingleton<MakeReport>();
        services.AddSingleton<ReadReports>();
        services.AddSingleton<CloseReport>();
    }
}
