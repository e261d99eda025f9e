using Assay.Server.Data;

namespace Assay.Server.Transparency;

internal static class TransparencyRegistration
{
    public static void AddTransparency(this IServiceCollection services)
    {
        services.AddSingleton<LogKeys>();
        services.AddSingleton<LogWriter>();
        services.AddSingleton<ICommitEnd>(provider => provider.GetRequiredService<LogWriter>());
        services.AddSingleton<LogReading>();
        services.AddSingleton<ShowLog>();
        services.AddSingleton<BeginLog>();
        services.AddSingleton<CheckLog>();
        services.AddSingleton<ReopenLog>();
        services.AddSingleton<IDoctorCheck, LogCheckup>();
        services.AddHostedService<ShowWitnesses>();
        services.AddHostedService<LogMeter>();
    }
}
