using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Assay.Server.Data;

internal sealed class PostgresRegistryDb(DbContextOptions<PostgresRegistryDb> options) : RegistryDb(options)
{
    public static DbContextOptions<PostgresRegistryDb> OptionsFor(string connectionString) =>
        new DbContextOptionsBuilder<PostgresRegistryDb>().UseNpgsql(connectionString).Options;

    public override Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellationToken = default) =>
        Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
}
