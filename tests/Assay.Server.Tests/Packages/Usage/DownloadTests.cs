using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Assay.Server.Tests.Packages.Usage;

/// <summary>Downloads are counted as they are served, stored now and then, and added up over all nodes.</summary>
public sealed class DownloadTests(PostgresCluster cluster)
{
    private const string Tarball = "/x/-/x-1.0.0.tgz";

    private static readonly PackageName Name = PackageName.TryParse("x", out var name) ? name : throw new InvalidOperationException();

    [Fact]
    public async Task A_tarball_that_was_sent_is_counted_and_nothing_else_is()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await WithPackageAsync(app);

        using var first = await app.GetAsync(Tarball, alice);
        await app.GetAsync(Tarball, alice);
        await app.SendAsync(HttpMethod.Head, Tarball, alice);
        await app.GetAsync(Tarball, alice, headers => headers.IfNoneMatch.Add(first.Headers.ETag!));
        await app.GetAsync(Tarball, alice, headers => headers.Range = new RangeHeaderValue(0, 10));
        await app.GetAsync("/x", alice);
        await app.GetAsync("/x/-/x-9.9.9.tgz", alice);
        await StoredAsync(app);

        Assert.Equal((2, 2), await TotalsAsync(app));
    }

    [Fact]
    public async Task Each_day_and_version_has_its_own_count()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await WithPackageAsync(app);
        await app.PublishedAsync(alice, new TestPackage("x", "1.1.0"));

        await app.GetAsync(Tarball, alice);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.GetAsync(Tarball, alice);
        await app.GetAsync("/x/-/x-1.1.0.tgz", alice);
        app.Clock.Advance(TimeSpan.FromDays(7));
        await app.GetAsync("/x/-/x-1.1.0.tgz", alice);
        await StoredAsync(app);

        var read = (await app.Services.GetRequiredService<ReadDownloads>().OfPackageAsync(Name, 10, await CallerAsync(app, alice), CancellationToken.None))!;
        Assert.Equal([0, 1, 2, 0, 0, 0, 0, 0, 0, 1], read.Days.Select(day => day.Count));
        Assert.Equal([0, 1, 1, 0, 0, 0, 0, 0, 0, 0], read.ByVersion["1.0.0"].Select(day => day.Count));
        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0, 0, 1], read.ByVersion["1.1.0"].Select(day => day.Count));
        Assert.Equal(new DownloadTotals(1, 4), read.Totals);
        Assert.Equal(DateOnly.FromDateTime(app.Clock.GetUtcNow().UtcDateTime), read.Days[^1].Date);
    }

    [Fact]
    public async Task Who_may_not_read_a_package_is_not_told_how_often_others_do()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.OrganisationAsync("acme", "alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var name = PackageName.TryParse("@acme/x", out var parsed) ? parsed : throw new InvalidOperationException();
        var read = app.Services.GetRequiredService<ReadDownloads>();

        Assert.NotNull(await read.OfPackageAsync(name, 7, await CallerAsync(app, alice), CancellationToken.None));
        Assert.Null(await read.OfPackageAsync(name, 7, await CallerAsync(app, bob), CancellationToken.None));
    }

    [Fact]
    public async Task Programs_read_what_the_page_draws()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await WithPackageAsync(app);
        await app.GetAsync(Tarball, alice);
        await StoredAsync(app);

        var read = await (await app.GetAsync("/-/assay/v1/package/x/downloads?days=2", alice)).ShouldBeAsync(HttpStatusCode.OK);

        var today = app.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(1, (int)read["lastWeek"]!);
        Assert.Equal(1, (int)read["days"]![today]!);
        Assert.Equal(2, read["days"]!.AsObject().Count);
        Assert.Equal(1, (int)read["versions"]!["1.0.0"]![today]!);
        Assert.Equal(1, (int)read["months"]![today[..7]]!);
        foreach (var days in new[] { "0", "401", "-1", "ten" })
        {
            await (await app.GetAsync($"/-/assay/v1/package/x/downloads?days={days}", alice)).ShouldBeAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task They_are_stored_every_so_often_by_themselves()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:CountSeconds=30"]);
        var alice = await WithPackageAsync(app);
        await app.GetAsync(Tarball, alice);
        Assert.Equal((0, 0), await TotalsAsync(app));

        app.Clock.Advance(TimeSpan.FromSeconds(31));

        await Eventually.HoldsAsync(async () => await TotalsAsync(app) == (1, 1));
    }

    [Fact]
    public async Task A_stop_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        string[] configuration = ["--Assay:Packages:CountSeconds=3600"];
        await MigratedDatabase.CopyToAsync(folder.Path);
        await using (var app = await RegistryApp.StartAsync(configuration, folder.Path))
        {
            await app.GetAsync(Tarball, await WithPackageAsync(app));
        }

        await using var again = await RegistryApp.StartAsync(configuration, folder.Path);

        Assert.Equal((1, 1), await TotalsAsync(again));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_counted_the_next_time()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await WithPackageAsync(app);
        await app.GetAsync(Tarball, alice);
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, stop) =>
            commit.Db.Database.ExecuteSqlAsync($"""ALTER TABLE "DownloadDays" RENAME TO "Elsewhere" """, stop), CancellationToken.None);

        await Assert.ThrowsAnyAsync<Exception>(() => StoredAsync(app));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, stop) =>
            commit.Db.Database.ExecuteSqlAsync($"""ALTER TABLE "Elsewhere" RENAME TO "DownloadDays" """, stop), CancellationToken.None);
        await StoredAsync(app);

        Assert.Equal((1, 1), await TotalsAsync(app));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Old_days_become_months(bool isShared)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:DownloadDays=31", .. isShared ? await PostgresAsync() : []]);
        var alice = await WithPackageAsync(app);
        for (var day = 0; day < 3; day++)
        {
            await app.GetAsync(Tarball, alice);
            await StoredAsync(app);
            app.Clock.Advance(TimeSpan.FromDays(40));
            // A session that is asked for again is not forgotten.
            alice = await app.SignedInAsync($"alice{day}");
            await app.Services.GetRequiredService<FoldDownloads>().RunAsync(CancellationToken.None);
        }

        Assert.Equal(0, await app.ReadAsync(db => db.DownloadDays.CountAsync()));
        Assert.Equal(3, await app.ReadAsync(db => db.DownloadMonths.SumAsync(row => row.Count)));
        var read = await app.Services.GetRequiredService<ReadDownloads>().OfPackageAsync(Name, 7, await CallerAsync(app, alice), CancellationToken.None);
        Assert.Equal(3, read!.Months.Sum(month => month.Count));
        Assert.All(read.Months, month => Assert.Equal(1, month.Date.Day));
    }

    [Fact]
    public async Task Two_nodes_add_to_the_same_day_at_once()
    {
        var shared = await PostgresAsync();
        await using var here = await RegistryApp.StartAsync(shared);
        var alice = await WithPackageAsync(here);
        await using var there = await here.JoinAsync(shared);
        ShareBytes(here, there);

        for (var round = 0; round < 5; round++)
        {
            foreach (var node in new[] { here, there })
            {
                await (await node.GetAsync(Tarball, alice)).ShouldBeReadAsync();
            }
            await Task.WhenAll(StoredAsync(here), StoredAsync(there));
        }

        Assert.Equal((10, 10), await TotalsAsync(here));
        Assert.Equal(1, await here.ReadAsync(db => db.DownloadDays.CountAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_upstream_registries_were_good_for_is_counted(bool isShared)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var tarball = foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, .. isShared ? await PostgresAsync() : []]);
        var alice = await app.SignedInAsync("alice");

        for (var time = 0; time < 3; time++)
        {
            await (await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice)).ShouldBeReadAsync();
        }
        await StoredAsync(app);

        var (key, days) = Assert.Single(await app.Services.GetRequiredService<ReadDownloads>().OfUpstreamAsync(7, CancellationToken.None));
        Assert.StartsWith("npm ", key, StringComparison.Ordinal);
        Assert.Equal((2, 1), (days[^1].Hits, days[^1].Misses));
        Assert.InRange(days[^1].Bytes, tarball.Length + 1, long.MaxValue);
        Assert.Equal(0, await app.ReadAsync(db => db.DownloadDays.CountAsync()));
    }

    [Fact]
    public async Task Two_hundred_and_fifty_names_are_one_question()
    {
        await using var app = await RegistryApp.StartAsync(await PostgresAsync());
        var alice = await WithPackageAsync(app);
        await app.GetAsync(Tarball, alice);
        await StoredAsync(app);
        string[] names = ["x", .. Enumerable.Range(0, ReadDownloads.MostNames - 1).Select(number => $"y{number}")];

        var totals = await app.Services.GetRequiredService<ReadDownloads>().TotalsAsync(names, CancellationToken.None);

        Assert.Equal(new DownloadTotals(1, 1), Assert.Single(totals).Value);
    }

    [Fact]
    public void Counting_allocates_nothing_and_loses_nothing_while_it_is_stored()
    {
        var counts = new DayCounts<CountedVersion>(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var version = new CountedVersion(1, 1);
        counts.Add(version);
        counts.Add(version);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 1000; time++)
        {
            counts.Add(version);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 1024);
        var sum = counts.Take().Sum(count => count.Count);
        var adding = Parallel.ForEachAsync(Enumerable.Range(0, 8), (_, _) =>
        {
            for (var time = 0; time < 20_000; time++)
            {
                counts.Add(version);
            }
            return ValueTask.CompletedTask;
        });
        while (!adding.IsCompleted)
        {
            sum += counts.Take().Sum(count => count.Count);
        }
        Assert.Equal(1002 + 160_000, sum + counts.Take().Sum(count => count.Count));
    }

    [Fact]
    public void Days_that_are_over_take_no_memory()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var counts = new DayCounts<string>(clock);
        counts.Add("a");
        counts.Take();
        clock.Advance(TimeSpan.FromDays(3));

        counts.Take();
        counts.Add("a");

        Assert.Equal(Days.Of(clock.GetUtcNow()), Assert.Single(counts.Take()).Day);
    }

    private static async Task<string> WithPackageAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        return alice;
    }

    // Nodes have one store; these two are on one disk.
    private static void ShareBytes(RegistryApp from, RegistryApp to)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from.DataDirectory, "blobs"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to.DataDirectory, Path.GetRelativePath(from.DataDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private static Task StoredAsync(RegistryApp app) => app.Services.GetRequiredService<StoreCounts>().RunAsync(CancellationToken.None);

    private static async Task<(long LastWeek, long LastMonth)> TotalsAsync(RegistryApp app)
    {
        var totals = await app.Services.GetRequiredService<ReadDownloads>().TotalsAsync(["x"], CancellationToken.None);
        return totals.TryGetValue("x", out var total) ? (total.LastWeek, total.LastMonth) : (0, 0);
    }

    private static async Task<Caller> CallerAsync(RegistryApp app, string token)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = app.Services };
        context.Request.Headers.Authorization = $"Bearer {token}";
        return await Caller.BindAsync(context);
    }

    private async Task<string[]> PostgresAsync() =>
        ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
}
