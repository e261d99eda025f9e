using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Data;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("assay-store-");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private protected override Task<RegistryDbSource> NewDatabaseAsync() =>
        Task.FromResult(RegistryDbSource.Sqlite(Path.Combine(folder.FullName, "registry.db")));

    private protected override IChangeFeed NewChangeFeed(RegistryDbSource source) => new LocalChanges();
}

public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreContract
{
    private protected override async Task<RegistryDbSource> NewDatabaseAsync() => RegistryDbSource.PostgreSql(await cluster.CreateDatabaseAsync());

    private protected override IChangeFeed NewChangeFeed(RegistryDbSource source) => new SharedChanges(source);

    [Fact]
    public async Task Another_node_knows_a_change_as_soon_as_it_was_answered()
    {
        var source = await ReadyDatabaseAsync();
        await using var here = Queue(source);
        var there = new SharedChanges(source);
        var known = new List<string>();
        there.Changed += keys =>
        {
            lock (known)
            {
                known.AddRange(keys);
            }
        };
        await there.CatchUpAsync(CancellationToken.None);

        for (var round = 0; round < 50; round++)
        {
            var key = $"package:p{round}";
            await here.RunAsync((commit, _) =>
            {
                commit.Changed(key);
                return Task.FromResult(true);
            }, CancellationToken.None);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => there.CatchUpAsync(CancellationToken.None).AsTask()));

            Assert.Contains(key, known);
        }
    }
}
