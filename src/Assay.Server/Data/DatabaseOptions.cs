using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace Assay.Server.Data;

internal enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}

/// <summary>Section <c>Assay:Database</c>.</summary>
internal sealed class DatabaseOptions : IValidatableObject
{
    public const string Section = "Assay:Database";

    /// <summary><c>Sqlite</c>: a file in the data directory. <c>PostgreSql</c>: a server, which nodes may share.</summary>
    public DatabaseEngine Engine { get; set; } = DatabaseEngine.Sqlite;

    /// <summary>An Npgsql connection string; needed with PostgreSql.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How many waiting writes share one commit at most.</summary>
    [Range(1, 10_000)]
    public int CommitGroupSize { get; set; } = 256;

    /// <summary>How many writes may wait before callers are held back.</summary>
    [Range(1, 1_000_000)]
    public int CommitQueueLength { get; set; } = 10_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Engine == DatabaseEngine.PostgreSql && !NamesHost(ConnectionString))
        {
            yield return new ValidationResult("it must be an Npgsql connection string with at least Host and Database.", [nameof(ConnectionString)]);
        }
    }

    private static bool NamesHost(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
