using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Assay.Server.Data;

internal sealed class SqliteRegistryDb(DbContextOptions<SqliteRegistryDb> options) : RegistryDb(options)
{
    public override TextIndex Texts { get; } = new SqliteTexts();

    protected override bool KeepsComputedColumns => false;

    public static DbContextOptions<SqliteRegistryDb> OptionsFor(string file) =>
        new DbContextOptionsBuilder<SqliteRegistryDb>()
            .UseSqlite($"Data Source={file};Cache=Private;Default Timeout=30")
            .AddInterceptors(new Durability())
            .Options;

    /// <summary>For a copy that nobody writes to and that is to be closed when its reader is: no journal is made beside it.</summary>
    public static DbContextOptions<SqliteRegistryDb> ReadOnlyOptionsFor(string file) =>
        new DbContextOptionsBuilder<SqliteRegistryDb>().UseSqlite($"Data Source={file};Mode=ReadOnly;Pooling=False").Options;

    // Deferred: an immediate transaction, the library's default, would wait for the writer.
    public override async Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellationToken = default)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)Database.GetDbConnection();
        return (await Database.UseTransactionAsync(connection.BeginTransaction(deferred: true), cancellationToken))!;
    }

    // Immediate, the library's default: one writer at a time, and the data directory's lock keeps other processes out.
    public override Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken = default) =>
        Database.BeginTransactionAsync(cancellationToken);

    /// <summary>Every connection writes ahead and flushes each commit: what is acknowledged survives a power cut.</summary>
    private sealed class Durability : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            // The library looks so whether the database exists; one that was copied is not in this mode yet.
            if (connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.Ordinal))
            {
                return;
            }
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
