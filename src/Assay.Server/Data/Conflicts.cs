using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Assay.Server.Data;

/// <summary>What a failed commit means.</summary>
internal static class Conflicts
{
    private const int SqliteBusy = 5;
    private const int SqliteReadOnly = 8;
    private const int SqliteInputOutput = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteConstraint = 19;

    /// <summary>The database itself is in trouble, so that trying the members of a group one by one would only fail more slowly.</summary>
    public static bool IsDatabaseDown(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsDatabaseDown(inner),
        PostgresException => false,
        NpgsqlException => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteReadOnly or SqliteInputOutput or SqliteCorrupt or SqliteFull or SqliteCannotOpen,
        _ => false,
    };

    /// <summary>SQLite's way of saying that the disk is full.</summary>
    public static bool IsDiskFull(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsDiskFull(inner),
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        _ => false,
    };

    /// <summary>Somebody else was faster, so that deciding again is right.</summary>
    public static bool IsRetryable(Exception failure) => failure switch
    {
        DbUpdateConcurrencyException => true,
        DbUpdateException { InnerException: { } inner } => IsRetryable(inner),
        PostgresException postgres => postgres.IsTransient || postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteConstraint,
        _ => false,
    };
}
