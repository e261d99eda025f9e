using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Data;

/// <summary>The database answers, has the format of this program, and is whole as far as it can tell in time.</summary>
internal sealed class DatabaseCheck(RegistryDbSource source, TimeProvider time, IOptions<DoctorOptions> options) : IDoctorCheck
{
    private const int OldestPostgres = 14;

    public string Subject => "database";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        yield return await FormatAsync(db, cancellationToken);
        if (connection is SqliteConnection sqlite)
        {
            yield return await JournalAsync(sqlite, cancellationToken);
            yield return await new SqliteFileCheck(TimeSpan.FromSeconds(options.Value.QuickCheckSeconds), time).RunAsync(sqlite, cancellationToken);
        }
        else
        {
            yield return await ServerAsync(db, connection, cancellationToken);
        }
    }

    private static async Task<Finding> FormatAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return DatabaseFormat.Refusal([.. db.Database.GetMigrations()], applied) is { } refusal
            ? Finding.Failed("The database has another format than this program", refusal)
            : Finding.Ok("The database has the format of this program");
    }

    private static async Task<Finding> JournalAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        var mode = (string?)await command.ExecuteScalarAsync(cancellationToken);
        return mode == "wal"
            ? Finding.Ok("SQLite writes ahead (WAL) and flushes each commit")
            : Finding.Failed($"SQLite's journal mode is {mode}, not WAL", "Keep the data directory on a local disk: network file systems cannot do it");
    }

    private async Task<Finding> ServerAsync(RegistryDb db, DbConnection connection, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await db.State.Select(row => row.Revision).SingleAsync(cancellationToken);
        var text = $"PostgreSQL {connection.ServerVersion} answers in {time.GetElapsedTime(began).TotalMilliseconds:N1} ms";
        return int.TryParse(connection.ServerVersion.Split('.')[0], out var major) && major < OldestPostgres
            ? Finding.Warning(text, $"Versions before {OldestPostgres} get no fixes any more; upgrade")
            : Finding.Ok(text);
    }
}
