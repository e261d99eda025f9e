using System.Globalization;
using System.Net;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Log;

/// <summary>The log of a running server, read over HTTP by software that was written before it and knows nothing of it.</summary>
public sealed class ServerLogTests(PostgresCluster postgres)
{
    private static readonly (string What, string Sql)[] Tamperings =
    [
        ("another leaf", """UPDATE "LogLeaves" SET "Leaf" = (SELECT "Leaf" FROM "LogLeaves" WHERE "Index" = 100) WHERE "Index" = 101"""),
        ("another leaf with its hash", """UPDATE "LogLeaves" SET ("Leaf", "Hash") = (SELECT "Leaf", "Hash" FROM "LogLeaves" WHERE "Index" = 270) WHERE "Index" = 271"""),
        ("another tile", """UPDATE "LogTiles" SET "Hashes" = zeroblob(8192) WHERE "Level" = 0 AND "Index" = 0"""),
        ("another root of a tile", """UPDATE "LogTiles" SET "Root" = zeroblob(32) WHERE "Level" = 0 AND "Index" = 0"""),
    ];

    [Fact]
    public async Task Go_reads_10_000_leaves_and_proves_each_of_them_and_what_older_checkpoints_said()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        using var folder = new TemporaryFolder();

        await GrowAsync(world, [world.Http], 10_000, folder);

        await ShouldBeProvedAsync(world, [world.Http], folder, atLeast: 10_000);
        await ShouldEndAsync(world);
    }

    [Fact]
    public async Task Two_nodes_that_append_at_once_have_one_log()
    {
        string[] database = [.. World.Unhindered, "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateDatabaseAsync()}"];
        await using var world = await World.StartAsync(database);
        using var folder = new TemporaryFolder();
        await using var other = await ServerProcess.StartAsync(
            folder.Sub("node"), url: null, [.. database, $"--Assay:Signing:KeysDirectory={Path.Combine(world.Server.Data, "keys")}"]);
        using var http = new RegistryClient(other.Url);

        await GrowAsync(world, [world.Http, http], 600, folder);

        await ShouldBeProvedAsync(world, [world.Http, http], folder, atLeast: 600);
    }

    [Fact]
    public async Task What_somebody_changed_in_the_database_does_not_verify()
    {
        // Its own check would not let the registry start.
        await using var world = await World.StartAsync([.. World.Unhindered, "--Assay:Log:CheckWholeAtStart=false"]);
        using var folder = new TemporaryFolder();
        await GrowAsync(world, [world.Http], 300, folder);
        var (program, key) = (await GoProgram.BuildAsync("reader", folder), await new ServedLog(world.Http, world.MemberToken).KeyAsync());
        Task<Finished> ReadAsync() => program.RunAsync(world.MemberToken, $"{world.Server.Url}{ServedLog.Prefix}/", key, folder.Sub("checkpoints"));
        (await ReadAsync()).ShouldSucceed();

        foreach (var (what, sql) in Tamperings)
        {
            await world.Server.StopAsync();
            var copy = DatabaseCopy.Of(world, folder);
            await DatabaseCopy.ChangeAsync(world, sql);
            await world.RestartAsync();
            var read = await ReadAsync();
            Assert.True(read.ExitCode != 0, $"{what}: {read.Printed}");
            await copy.RestoreAsync(world);
        }
        (await ReadAsync()).ShouldSucceed();
    }

    private static async Task GrowAsync(World world, IReadOnlyList<RegistryClient> nodes, int leaves, TemporaryFolder folder)
    {
        await MovingTags.PublishAsync(world);
        await MovingTags.MoveAsync(nodes, world.MemberToken, leaves, folder.Sub("checkpoints"));
    }

    private static async Task ShouldBeProvedAsync(World world, IReadOnlyList<RegistryClient> nodes, TemporaryFolder folder, int atLeast)
    {
        var (program, checkpoints) = (await GoProgram.BuildAsync("reader", folder), folder.Sub("checkpoints"));
        foreach (var log in nodes.Select(node => (node.Registry, Log: new ServedLog(node, world.MemberToken))))
        {
            var size = (await log.Log.VerifiedAsync()).Head.Size;
            var seen = Directory.GetFiles(checkpoints).Length;

            var read = await program.RunAsync(world.MemberToken, $"{log.Registry}{ServedLog.Prefix}/", await log.Log.KeyAsync(), checkpoints);

            Assert.Matches(
                string.Create(CultureInfo.InvariantCulture, $"^{size} leaves, [0-9]+ tiles, {size} receipts, {2 * seen} consistency proofs\n$"),
                read.ShouldSucceed().Output);
            Assert.True(size >= atLeast && seen >= atLeast / 50, $"{size} leaves, {seen} older checkpoints");
        }
    }

    /// <summary>What is beyond the newest checkpoint is nothing, and not something that may still change.</summary>
    private static async Task ShouldEndAsync(World world)
    {
        var log = new ServedLog(world.Http, world.MemberToken);
        var size = (await log.VerifiedAsync()).Head.Size;
        foreach (var path in new[] { $"proof/{size}", $"tile/0/{size / 256:000}", $"tile/entries/{size / 256:000}", $"tile/0/{size / 256:000}.p/{size % 256 + 1}", "tile/2/000" })
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => log.ReadAsync(path));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }
}
