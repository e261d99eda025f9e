namespace Assay.Server.Operations;

internal static class HealthRegistration
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<IHealthCheck, HealthOfDatabase>();
        services.AddSingleton<IHealthCheck, HealthOfCommits>();
        services.AddSingleton<IHealthCheck, HealthOfBlobs>();
        services.AddSingleton<IHealthCheck, HealthOfKeys>();
        services.AddSingleton<IHealthCheck, HealthOfSecrets>();
        services.AddSingleton<HealthReading>();
    }
}
