using Assay.Server.Data;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Counts what happened, day by day, from the rows that are there, and from what is counted while it is served.</summary>
internal sealed class ReadTrends(RegistryDbSource source, ReadDownloads counted, TimeProvider time)
{
    private const long MillisecondsOfDay = 24 * 60 * 60 * 1000;

    public async Task<Trends> RunAsync(int days, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var first = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - days);
        var span = new Span(first, days);
        var exchanges = await ExchangesAsync(db, span.Since, cancellationToken);
        return new Trends(
            first,
            new Trend("Exchanges granted", "exchanges", span.Of(exchanges.Where(row => row.Name is null))),
            new Trend("Exchanges refused", "exchanges", span.Of(exchanges.Where(row => row.Name is not null))),
            [.. exchanges.Where(row => row.Name is not null).GroupBy(row => row.Name!).Select(codes => (codes.Key, codes.Sum(row => row.Amount))).OrderByDescending(code => code.Item2)],
            new Trend("Versions published", "versions", span.Of(await PublishesAsync(db, span.Since, cancellationToken))),
            new Trend("Stored by publishes and imports", "bytes", span.Of(await StoredAsync(db, span.Since, cancellationToken))),
            new Trend("Stored from upstream", "bytes", span.Of(await FetchedAsync(db, span.Since, cancellationToken))),
            await CountersAsync(days, cancellationToken));
    }

    /// <summary>What is counted while it is served.</summary>
    private async Task<IReadOnlyList<Trend>> CountersAsync(int days, CancellationToken cancellationToken)
    {
        var downloads = await counted.OfAllAsync(days, cancellationToken);
        var upstream = (await counted.OfUpstreamAsync(days, cancellationToken)).Values.ToList();
        IReadOnlyList<long> Sum(Func<UpstreamDay, long> of) => [.. Enumerable.Range(0, days).Select(day => upstream.Sum(registry => of(registry[day])))];
        return
        [
            new Trend("Downloads of our packages", "downloads", [.. downloads.Select(day => day.Count)]),
            new Trend("Upstream tarballs from cache", "tarballs", Sum(day => day.Hits)),
            new Trend("Upstream tarballs fetched", "tarballs", Sum(day => day.Misses)),
        ];
    }

    private static Task<List<Counted>> ExchangesAsync(RegistryDb db, long since, CancellationToken cancellationToken) => db.Database.SqlQuery<Counted>($"""
        SELECT "At" / 86400000 AS "Day", "RefusalCode" AS "Name", COUNT(*) AS "Amount" FROM "ExchangeAttempts"
        WHERE "At" >= {since} GROUP BY "At" / 86400000, "RefusalCode"
        """).ToListAsync(cancellationToken);

    private static Task<List<Counted>> PublishesAsync(RegistryDb db, long since, CancellationToken cancellationToken) => db.Database.SqlQuery<Counted>($"""
        SELECT "PublishedAt" / 86400000 AS "Day", NULL AS "Name", COUNT(*) AS "Amount" FROM "Versions"
        WHERE "ImportedAt" IS NULL AND "PublishedAt" >= {since} GROUP BY "PublishedAt" / 86400000
        """).ToListAsync(cancellationToken);

    private static Task<List<Counted>> StoredAsync(RegistryDb db, long since, CancellationToken cancellationToken) => db.Database.SqlQuery<Counted>($"""
        SELECT COALESCE("ImportedAt", "PublishedAt") / 86400000 AS "Day", NULL AS "Name", CAST(SUM("Size") AS bigint) AS "Amount" FROM "Versions"
        WHERE COALESCE("ImportedAt", "PublishedAt") >= {since} GROUP BY COALESCE("ImportedAt", "PublishedAt") / 86400000
        """).ToListAsync(cancellationToken);

    private static Task<List<Counted>> FetchedAsync(RegistryDb db, long since, CancellationToken cancellationToken) => db.Database.SqlQuery<Counted>($"""
        SELECT "FetchedAt" / 86400000 AS "Day", NULL AS "Name", CAST(SUM("Size") AS bigint) AS "Amount" FROM "UpstreamTarballs"
        WHERE "FetchedAt" >= {since} GROUP BY "FetchedAt" / 86400000
        """).ToListAsync(cancellationToken);

    /// <summary>An amount of a day, counted from the epoch; under a name where there are several.</summary>
    private sealed record Counted
    {
        public long Day { get; init; }

        public string? Name { get; init; }

        public long Amount { get; init; }
    }

    private sealed record Span(DateOnly First, int Days)
    {
        public long Since => new DateTimeOffset(First, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

        /// <summary>With a zero for days on which nothing was.</summary>
        public long[] Of(IEnumerable<Counted> rows)
        {
            var start = Since / MillisecondsOfDay;
            var values = new long[Days];
            foreach (var row in rows.Where(row => row.Day >= start && row.Day < start + Days))
            {
                values[row.Day - start] += row.Amount;
            }
            return values;
        }
    }
}
