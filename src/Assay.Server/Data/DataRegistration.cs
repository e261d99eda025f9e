using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Data;

internal static class DataRegistration
{
    public static void AddData(this IServiceCollection services, DataDirectory directory)
    {
        services.TryAddSingleton(TimeProvider.System);
        // By a factory, so that the container disposes it: the lock ends with the server, not with the process.
        services.AddSingleton(_ => directory);
        services.AddSingleton(provider =>
            SourceFor(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value, provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<IChangeFeed>(provider =>
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Engine == DatabaseEngine.Sqlite
                ? new LocalChanges()
                : new SharedChanges(provider.GetRequiredService<RegistryDbSource>()));
        services.AddSingleton<IDoctorCheck, DataDirectoryCheck>();
        services.AddSingleton<IDoctorCheck, DatabaseCheck>();
        services.AddSingleton<IDoctorCheck, ClockCheck>();
        services.AddSingleton<CommitMeter>();
        services.AddSingleton<CommitQueue>();
    }

    private static RegistryDbSource SourceFor(DatabaseOptions options, DataDirectory directory) => options.Engine switch
    {
        DatabaseEngine.Sqlite => RegistryDbSource.Sqlite(directory.DatabaseFile),
        _ => RegistryDbSource.PostgreSql(options.ConnectionString),
    };
}
