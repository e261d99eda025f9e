using Microsoft.EntityFrameworkCore.Design;

namespace Assay.Server.Data;

// `dotnet ef migrations add NAME --context SqliteRegistryDb --output-dir Data/Migrations/Sqlite`, and the like for PostgreSQL.
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteRegistryDb>
{
    public SqliteRegistryDb CreateDbContext(string[] args) => new(SqliteRegistryDb.OptionsFor("design-time.db"));
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresRegistryDb>
{
    public PostgresRegistryDb CreateDbContext(string[] args) => new(PostgresRegistryDb.OptionsFor("Host=design-time"));
}
