using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Transparency;

/// <summary>Whoever changes the database behind the registry's back is found out at the next start, and nothing is signed on top of it.</summary>
public sealed class CheckLogTests
{
    private const string SomeTile = "tile/0/000";

    public static TheoryData<string, string> Changes => new()
    {
        { """UPDATE "LogLeaves" SET "Leaf" = X'7b7d' WHERE "Index" = 300""", "leaf 300 has another hash" },
        { """UPDATE "LogLeaves" SET "Hash" = zeroblob(32) WHERE "Index" = 599""", "leaf 599 has another hash" },
        { """UPDATE "LogLeaves" SET "Event" = replace("Event", 'number', 'Number') WHERE "Index" = 77""", "the event of leaf 77" },
        { """UPDATE "LogLeaves" SET "Salt" = zeroblob(32) WHERE "Index" = 77""", "the event of leaf 77" },
        { """DELETE FROM "LogLeaves" WHERE "Index" = 400""", "leaf 400 is missing" },
        { """DELETE FROM "LogLeaves" WHERE "Index" >= 500""", "its newest checkpoint says" },
        { """UPDATE "LogTiles" SET "Hashes" = zeroblob(8192) WHERE "Index" = 0""", SomeTile },
        { """UPDATE "LogTiles" SET "Root" = zeroblob(32) WHERE "Index" = 0""", SomeTile },
        { """DELETE FROM "LogTiles" WHERE "Index" = 0""", $"{SomeTile} is missing" },
        { """DELETE FROM "LogCheckpoints" WHERE "Size" = (SELECT max("Size") FROM "LogCheckpoints")""", "its newest checkpoint says" },
        { """UPDATE "LogCheckpoints" SET "Note" = CAST(replace(CAST("Note" AS TEXT), 'localhost', 'localhosT') AS BLOB)""", "is not signed by its keys" },
        { """UPDATE "LogCheckpoints" SET "Note" = X'00'""", "no checkpoint that can be read" },
        { """DELETE FROM "LogCheckpoints" """, "no checkpoint that can be read" },
        { """UPDATE "Versions" SET "Sha512" = zeroblob(64) WHERE "Version" = '1.0.0'""", "x@1.0.0 has other bytes" },
        { """DELETE FROM "Versions" WHERE "Version" = '1.0.0'""", "x@1.0.0 was published, but it is not stored" },
        { """UPDATE "Versions" SET "Version" = '2.0.0' WHERE "Version" = '1.0.0'""", "x@2.0.0 is stored, but its publish is not in the log" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_stops_the_start_and_names_its_place(string sql, string place)
    {
        using var folder = new TemporaryFolder();
        await WrittenAsync(folder.Path);
        await ChangeAsync(folder.Path, sql);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains(place, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_untouched_log_is_served_again_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        await WrittenAsync(folder.Path);

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.True((await app.LeavesAsync(await app.SignedInAsync("bob"))).Count > 600);
    }

    [Fact]
    public async Task Publishes_from_before_there_was_a_log_are_logged_behind_the_requests()
    {
        using var folder = new TemporaryFolder();
        await WrittenAsync(folder.Path);
        foreach (var table in new[] { "Log", "LogLeaves", "LogTiles", "LogCheckpoints" })
        {
            await ChangeAsync(folder.Path, $"DELETE FROM \"{table}\"");
        }
        await ChangeAsync(folder.Path, """UPDATE "Versions" SET "PublishedAt" = 1""");

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var bob = await app.SignedInAsync("bob");

        await Eventually.HoldsAsync(async () => (await app.GetAsync("/-/assay/v1/log/packages/x/1.0.0", bob)).IsSuccessStatusCode);
        Assert.Equal(6, (await app.LeavesAsync(bob)).Count);
    }

    [Fact]
    public async Task Erasing_an_opening_leaves_the_log_whole()
    {
        using var folder = new TemporaryFolder();
        await WrittenAsync(folder.Path);
        await ChangeAsync(folder.Path, """UPDATE "LogLeaves" SET "Event" = NULL, "Salt" = NULL WHERE "Kind" = 'publish'""");

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.True((await app.LeavesAsync(await app.SignedInAsync("bob"))).Count > 600);
    }

    [Fact]
    public async Task The_edge_is_compared_also_where_the_whole_log_is_not()
    {
        using var folder = new TemporaryFolder();
        await WrittenAsync(folder.Path);
        await ChangeAsync(folder.Path, """UPDATE "Log" SET "Edge" = X'0000000000000000'""");

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(["--Assay:Log:CheckWholeAtStart=false"], folder.Path));

        Assert.Contains("its edge has 0 leaves", refused.Message, StringComparison.Ordinal);
    }

    private static async Task WrittenAsync(string folder)
    {
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder);
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("x", "1.0.0"));
        var writer = app.Services.GetRequiredService<LogWriter>();
        await app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
        {
            for (var number = 0; number < 600; number++)
            {
                await writer.AppendAsync(commit, new LogEvent(LogKind.Tag, "y", null, LogAudience.Readers, new JsonObject { ["number"] = number }), stop);
            }
            return true;
        }, CancellationToken.None);
    }

    private static async Task ChangeAsync(string folder, string sql)
    {
        await using var database = RegistryDbSource.Sqlite(Path.Combine(folder, "registry.db")).OpenForWriting();
        Assert.True(await database.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken) > 0);
    }
}
