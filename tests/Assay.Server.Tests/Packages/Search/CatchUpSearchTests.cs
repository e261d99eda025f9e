using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Server.Tests.Packages.Search.Searching;

namespace Assay.Server.Tests.Packages.Search;

public sealed class CatchUpSearchTests
{
    [Fact]
    public async Task Packages_from_before_are_found_after_a_start()
    {
        using var folder = new TemporaryFolder();
        string alice;
        await using (var before = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            alice = await before.SignedInAsync("alice");
            foreach (var number in Enumerable.Range(0, 3))
            {
                await before.PublishedAsync(alice, Package($"old-{number}", "thing", with: manifest => manifest["dependencies"] = new System.Text.Json.Nodes.JsonObject { ["old-0"] = "1" }));
            }
            await ForgetAsync(before);
            Assert.Empty(await before.FoundAsync(alice, "thing"));
        }

        await using var after = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        await Eventually.HoldsAsync(async () => (await after.FoundAsync(alice, "thing")).Length == 3);
        Assert.Equal(3, await after.ReadAsync(db => db.Dependencies.CountAsync()));
    }

    private static Task<bool> ForgetAsync(RegistryApp app) => app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        foreach (var id in await commit.Db.Packages.Select(row => row.Id).ToListAsync(stop))
        {
            await commit.Db.Texts.RemoveAsync(commit.Db, id, stop);
        }
        await commit.Db.Dependencies.ExecuteDeleteAsync(stop);
        return await commit.Db.SearchEntries.ExecuteDeleteAsync(stop) > 0;
    }, CancellationToken.None);
}
