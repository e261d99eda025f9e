using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages.Search;

public sealed class SqliteSearchTests : SearchContract
{
    private protected override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

public sealed class PostgresSearchTests(PostgresCluster cluster) : SearchContract
{
    private protected override async Task<string[]> DatabaseAsync() =>
        ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
}

public sealed class SqliteWhoFindsTests : WhoFindsContract
{
    private protected override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

public sealed class PostgresWhoFindsTests(PostgresCluster cluster) : WhoFindsContract
{
    private protected override async Task<string[]> DatabaseAsync() =>
        ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
}
