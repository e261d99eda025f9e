using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Assay.Server.Data;

internal sealed class PostgresRegistryDb(DbContextOptions<PostgresRegistryDb> options) : RegistryDb(options)
{
    public override TextIndex Texts { get; } = new PostgresTexts();

    protected override bool KeepsComputedColumns => true;

    public static DbContextOptions<PostgresRegistryDb> OptionsFor(string connectionString) =>
        new DbContextOptionsBuilder<PostgresRegistryDb>().UseNpgsql(connectionString).Options;

    public override Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellationToken = default) =>
        Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    // The lock of one row, first of all: two nodes that decided side by side could both use one publish token. A group would wait for
    // this row at its end anyway, to take the next revision.
    public override async Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken = default)
    {
        var transaction = await Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await Database.ExecuteSqlRawAsync("""SELECT 1 FROM "State" FOR UPDATE""", cancellationToken);
        return transaction;
    }
}
