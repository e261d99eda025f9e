using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Server.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>What the operator's pages read, on whichever database. One subclass a database runs all of it.</summary>
public abstract class OperatorReadsContract : IAsyncLifetime
{
    private readonly CancellationToken stop = TestContext.Current.CancellationToken;

    private OperatorWorld world = null!;

    private protected abstract Task<string[]> DatabaseAsync();

    public async ValueTask InitializeAsync() => world = await OperatorWorld.StartAsync(await DatabaseAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return world.DisposeAsync();
    }

    [Fact]
    public async Task Each_day_has_its_exchanges_publishes_and_bytes()
    {
        world.App.Clock.Advance(TimeSpan.FromDays(2));
        await world.World.PublishFromRunAsync("100", "1.1.0");
        await world.World.PublishFromRunAsync("101", "1.2.0");
        using var refused = await world.World.ExchangeAsync(world.World.Github(new() { ["ref"] = "refs/pull/1/merge", ["event_name"] = "pull_request" }));
        await world.World.SettledAsync();
        var now = world.App.Clock.GetUtcNow();
        await world.StoreAsync(new UpstreamTarballRow { Name = "x", Version = "1.0.0", Registry = "npm", Sha512 = [1], Shasum = "", Size = 700, FetchedAt = now.AddDays(-1) });

        var trends = await Get<ReadTrends>().RunAsync(30, stop);

        Assert.Equal((30, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-29)), (trends.Days, trends.First));
        Assert.Equal(["27: 1", "29: 2"], Told(trends.Publishes));
        Assert.Equal(["27: 1", "29: 2"], Told(trends.Grants));
        Assert.Equal(["29: 1"], Told(trends.Refusals));
        Assert.Equal(1, Assert.Single(trends.RefusalCodes).Count);
        Assert.Equal(["28: 700"], Told(trends.StoredOfOthers));
        Assert.Equal(await world.App.ReadAsync(db => db.Versions.SumAsync(row => row.Size)), trends.StoredHere.Total);
    }

    [Fact]
    public async Task What_is_older_than_the_span_is_not_in_it()
    {
        world.App.Clock.Advance(TimeSpan.FromDays(40));

        Assert.Equal((0, 1), ((await Get<ReadTrends>().RunAsync(30, stop)).Publishes.Total, (await Get<ReadTrends>().RunAsync(90, stop)).Publishes.Total));
    }

    [Fact]
    public async Task People_are_found_by_a_part_of_name_or_address_and_paged_by_name()
    {
        for (var number = 0; number < ReadPeople.PageSize; number++)
        {
            await world.StoreAsync(new PersonRow { Name = $"guest{number:00}", Email = $"g{number}@elsewhere.test", PasswordHash = "", CreatedAt = world.App.Clock.GetUtcNow() });
        }
        var people = Get<ReadPeople>();

        var (first, next) = await people.SearchAsync(null, null, stop);
        var (second, last) = await people.SearchAsync(null, next, stop);
        var (byAddress, _) = await people.SearchAsync("g7@elsewhere", null, stop);

        Assert.Equal((ReadPeople.PageSize, "guest49"), (first.Count, next));
        Assert.Equal(["root"], second.Select(person => person.Row.Name));
        Assert.Null(last);
        Assert.Equal(["guest07"], byAddress.Select(person => person.Row.Name));
        Assert.Empty((await people.SearchAsync("%", null, stop)).People);
    }

    [Fact]
    public async Task Packages_of_others_are_found_by_their_beginning()
    {
        var now = world.App.Clock.GetUtcNow();
        await world.StoreAsync(
            new UpstreamPackageRow { Name = "left-pad", Registry = "npm", Sha512 = [1], Size = 1, ValidatedAt = now },
            new UpstreamPackageRow { Name = "lodash", Registry = "npm", Sha512 = [1], Size = 1, ValidatedAt = now },
            new UpstreamTarballRow { Name = "lodash", Version = "1.0.0", Registry = "npm", Sha512 = [1], Shasum = "", Size = 700, FetchedAt = now });
        var upstream = Get<ReadUpstream>();

        var (found, next) = await upstream.KeptAsync("lo", null, stop);

        Assert.Equal([("lodash", 1, 700L)], found.Select(kept => (kept.Name, kept.Tarballs, kept.Bytes)));
        Assert.Null(next);
        Assert.Equal(["lodash"], (await upstream.KeptAsync(null, "left-pad", stop)).Packages.Select(kept => kept.Name));
    }

    [Fact]
    public async Task What_incidents_hold_is_listed_with_their_reasons()
    {
        var factor = world.Factor;
        await world.Browser.OpenAsync("/-/operator/incidents");
        await world.Browser.SubmitAsync("Preview", ("kind", "issuer"), ("binding", "github"), ("reason", "stolen credentials"));
        await world.Browser.SubmitAsync("Declare", ("factor", factor.NextCode()));

        var held = await Get<ReadQuarantined>().RunAsync(stop);

        Assert.Equal(1, held.Count);
        Assert.Equal([("@acme/hello", "1.0.0", "stolen credentials", "root")], held.First.Select(version => (version.Package, version.Version, version.Reason, version.By)));
        Assert.Equal(new OpenMatters(0, 1, 0, 1), await Get<WaitingForOperators>().RunAsync(stop));
    }

    [Fact]
    public async Task An_issuer_says_when_it_was_last_used_and_the_storage_what_is_in_it()
    {
        var issuers = await Get<Issuers>().ListAsync(stop);
        var storage = await Get<ReadStorage>().RunAsync(stop);

        Assert.Equal([("circleci", false), ("github", true), ("gitlab", false)], issuers.Select(issuer => (issuer.Row.Id, issuer.LastUsedAt is not null)));
        Assert.Equal((1, 1, 0), (storage.Packages, storage.Versions, storage.OfOthers));
        Assert.True(storage.VersionBytes > 0);
    }

    [Fact]
    public async Task Every_page_is_shown()
    {
        foreach (var page in new[] { "", "/issuers", "/users", "/upstream", "/reports", "/advisories", "/incidents", "/freezes", "/audit", "/charts?days=90", "/jobs", "/webhooks", "/health" })
        {
            await world.Browser.OpenAsync("/-/operator" + page);

            Assert.Equal($"{page} OK", $"{page} {world.Browser.Status}");
        }
        await world.Browser.OpenAsync("/-/log/entries/3");
        Assert.Contains("Verified here", world.Browser.Text);
    }

    private T Get<T>()
        where T : notnull => world.App.Services.GetRequiredService<T>();

    private static IEnumerable<string> Told(Trend trend) => trend.Values.Index().Where(each => each.Item > 0).Select(each => $"{each.Index}: {each.Item}");
}

public sealed class SqliteOperatorReadsTests : OperatorReadsContract
{
    private protected override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

public sealed class PostgresOperatorReadsTests(PostgresCluster cluster) : OperatorReadsContract
{
    private protected override async Task<string[]> DatabaseAsync() =>
        ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
}
