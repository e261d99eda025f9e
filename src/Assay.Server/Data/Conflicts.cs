using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Assay.Server.Data;

/// <summary>Which failures mean "somebody else was faster", so that deciding again is right.</summary>
internal static class Conflicts
{
    private const int SqliteBusy = 5;
    private const int SqliteConstraint = 19;

    public static bool IsRetryable(Exception failure) => failure switch
    {
        DbUpdateConcurrencyException => true,
        DbUpdateException { InnerException: { } inner } => IsRetryable(inner),
        PostgresException postgres => postgres.IsTransient || postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteConstraint,
        _ => false,
    };
}
