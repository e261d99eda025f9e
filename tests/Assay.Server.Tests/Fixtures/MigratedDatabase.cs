using Assay.Server.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Fixtures;

/// <summary>An empty database in today's format, made once a run: most tests begin with one, and making it takes longer than most of them.</summary>
internal static class MigratedDatabase
{
    private static readonly Lazy<Task<byte[]>> Made = new(MakeAsync);

    /// <summary>Puts a copy where a server that starts on this directory finds it.</summary>
    public static async Task CopyToAsync(string dataDirectory) =>
        await File.WriteAllBytesAsync(Path.Combine(dataDirectory, "registry.db"), await Made.Value);

    /// <summary>The same in PostgreSQL; answers its connection string.</summary>
    public static Task<string> CreateMigratedAsync(this PostgresCluster cluster) => cluster.CreateDatabaseFromTemplateAsync("migrated", async connection =>
    {
        await using var db = new PostgresRegistryDb(PostgresRegistryDb.OptionsFor(connection));
        await DatabaseFormat.MigrateAsync(db, TimeProvider.System, CancellationToken.None);
    });

    private static async Task<byte[]> MakeAsync()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "registry.db");
        await using (var db = new SqliteRegistryDb(SqliteRegistryDb.OptionsFor(file)))
        {
            await DatabaseFormat.MigrateAsync(db, TimeProvider.System, CancellationToken.None);
            // What was written ahead goes into the file when its last connection closes.
            SqliteConnection.ClearPool((SqliteConnection)db.Database.GetDbConnection());
        }
        return await File.ReadAllBytesAsync(file);
    }
}
