using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Assay.Server.Data;

/// <summary>Opens contexts on the configured database.</summary>
internal sealed class RegistryDbSource
{
    private readonly Func<RegistryDb> open;

    private RegistryDbSource(Func<RegistryDb> open) => this.open = open;

    public static RegistryDbSource Sqlite(string file)
    {
        var pool = new PooledDbContextFactory<SqliteRegistryDb>(SqliteRegistryDb.OptionsFor(file));
        return new RegistryDbSource(pool.CreateDbContext);
    }

    /// <summary>A copy of a SQLite database, only to be read.</summary>
    public static RegistryDbSource SqliteCopy(string file) => new(() => new SqliteRegistryDb(SqliteRegistryDb.ReadOnlyOptionsFor(file)));

    public static RegistryDbSource PostgreSql(string connectionString)
    {
        var pool = new PooledDbContextFactory<PostgresRegistryDb>(PostgresRegistryDb.OptionsFor(connectionString));
        return new RegistryDbSource(pool.CreateDbContext);
    }

    /// <summary>EF Core keeps one model for all contexts of a kind, wherever their database is; building it is the longest part of a start,
    /// the first translation of a query another.</summary>
    public static void BuildModel(DatabaseEngine engine)
    {
        using RegistryDb db = engine == DatabaseEngine.Sqlite
            ? new SqliteRegistryDb(SqliteRegistryDb.OptionsFor(":memory:"))
            : new PostgresRegistryDb(PostgresRegistryDb.OptionsFor(""));
        _ = db.State.Select(row => row.Revision).ToQueryString();
    }

    /// <summary>For changes; the queue alone uses it.</summary>
    public RegistryDb OpenForWriting() => open();

    public RegistryDb Open()
    {
        var db = open();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }
}
