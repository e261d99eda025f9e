using Microsoft.Data.Sqlite;

namespace Assay.Server.Data;

/// <summary>SQLite's check of its own file. It reads all of it, so that a large one is not finished in time; then it is interrupted.</summary>
internal sealed class SqliteFileCheck(TimeSpan limit, TimeProvider time)
{
    private const string Whole = "ok";

    public async Task<Finding> RunAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        await using var interrupting = stop.Token.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        try
        {
            return await Task.Run(() => FirstProblem(connection), cancellationToken) is { } problem
                ? Finding.Failed($"The database file is damaged: {problem}", "Stop the server, keep a copy of the data directory as it is, and restore a backup")
                : Finding.Ok("The database file is whole (quick_check)");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT && !cancellationToken.IsCancellationRequested)
        {
            return Finding.Ok($"The part of the database file that could be read in {limit.TotalSeconds} seconds is whole (Assay:Doctor:QuickCheckSeconds)");
        }
    }

    private static string? FirstProblem(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        command.CommandTimeout = 0;
        var answer = (string?)command.ExecuteScalar();
        return answer == Whole ? null : answer ?? "it says nothing.";
    }
}
