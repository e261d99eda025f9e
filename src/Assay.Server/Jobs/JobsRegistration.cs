using Assay.Server.Data;

namespace Assay.Server.Jobs;

internal static class JobsRegistration
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<JobQueue>();
        services.AddSingleton<ReadJobs>();
        services.AddSingleton<ChangeJob>();
        services.AddSingleton<JobsMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<JobsMeter>());
        services.AddSingleton<ForgetFinishedJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetFinishedJobs>());
        services.AddSingleton<IDoctorCheck, JobsCheck>();
    }

    /// <summary>Not where a command works without a server: an operator who looks does not want anything sent meanwhile.</summary>
    public static void AddRunningJobs(this IServiceCollection services) => services.AddHostedService<RunJobs>();
}
