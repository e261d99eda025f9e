using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Downloads of the last seven and thirty days, today among them.</summary>
internal sealed record DownloadTotals(long LastWeek, long LastMonth)
{
    public static DownloadTotals None { get; } = new(0, 0);
}

/// <summary>A day, or a month by its first, and how many there were.</summary>
internal sealed record DatedCount(DateOnly Date, long Count);

/// <summary>The downloads of a package: each day of a time, without gaps, of all versions and of each that had any.</summary>
internal sealed record PackageDownloads(
    DownloadTotals Totals, IReadOnlyList<DatedCount> Days, IReadOnlyDictionary<string, IReadOnlyList<DatedCount>> ByVersion, IReadOnlyList<DatedCount> Months);

/// <summary>A day of an upstream registry.</summary>
internal sealed record UpstreamDay(DateOnly Date, long Hits, long Misses, long Bytes);

/// <summary>Reads what was counted and stored; what the nodes counted in the last seconds is not among it.</summary>
internal sealed class ReadDownloads(RegistryDbSource source, PackageDocuments documents, TimeProvider time)
{
    public const int MostNames = 250;

    private const int Week = 7;
    private const int Month = 30;

    /// <summary>Of a package that the caller may read; null for all others. Versions that are quarantined or were removed count, and are not named.</summary>
    public async Task<PackageDownloads?> OfPackageAsync(PackageName name, int days, Caller caller, CancellationToken cancellationToken)
    {
        if (await documents.FindReadableAsync(name, caller, cancellationToken) is not { } package)
        {
            return null;
        }
        var today = Days.Of(time.GetUtcNow());
        var first = today - days + 1;
        await using var db = source.Open();
        var id = await db.Packages.Where(row => row.Name == name.Value).Select(row => row.Id).SingleAsync(cancellationToken);
        var rows = await db.DownloadDays
            .Where(row => row.PackageId == id && row.Day >= first && row.Day <= today)
            .Select(row => new { row.VersionId, row.Day, row.Count }).ToListAsync(cancellationToken);
        var months = await MonthsAsync(db, id, cancellationToken);
        var names = package.Facts.Versions.ToDictionary(facts => package.Tarballs[$"{name.BaseName}-{facts.Version}.tgz"].VersionId, facts => facts.Version);
        return new PackageDownloads(
            (await TotalsAsync(db, [name.Value], today, cancellationToken)).GetValueOrDefault(name.Value, DownloadTotals.None),
            Series(rows.GroupBy(row => row.Day).ToDictionary(ofDay => ofDay.Key, ofDay => ofDay.Sum(row => row.Count)), first, today),
            rows.Where(row => names.ContainsKey(row.VersionId)).GroupBy(row => row.VersionId)
                .ToDictionary(of => names[of.Key], of => Series(of.ToDictionary(row => row.Day, row => row.Count), first, today)),
            months);
    }

    /// <summary>The days of all versions together and what they add up to, for the package's page; null as above.</summary>
    public async Task<(DownloadTotals Totals, IReadOnlyList<DatedCount> Days)?> OfDaysAsync(PackageName name, int days, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, Month);
        if (await documents.FindReadableAsync(name, caller, cancellationToken) is null)
        {
            return null;
        }
        var today = Days.Of(time.GetUtcNow());
        var first = today - days + 1;
        await using var db = source.Open();
        var id = await db.Packages.Where(row => row.Name == name.Value).Select(row => row.Id).SingleAsync(cancellationToken);
        // Each version has a row a day: they are added up where they are.
        var counts = await db.DownloadDays
            .Where(row => row.PackageId == id && row.Day >= first && row.Day <= today)
            .GroupBy(row => row.Day).Select(of => new { Day = of.Key, Count = of.Sum(row => row.Count) }).ToDictionaryAsync(of => of.Day, of => of.Count, cancellationToken);
        var series = Series(counts, first, today);
        return (new DownloadTotals(series.TakeLast(Week).Sum(day => day.Count), series.TakeLast(Month).Sum(day => day.Count)), series);
    }

    /// <summary>Of many packages in one query, for those who were found to be readable: by name, without those that nobody downloaded.</summary>
    public async Task<IReadOnlyDictionary<string, DownloadTotals>> TotalsAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, MostNames);
        await using var db = source.Open();
        return await TotalsAsync(db, names, Days.Of(time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Of all packages together, each day; for operators.</summary>
    public async Task<IReadOnlyList<DatedCount>> OfAllAsync(int days, CancellationToken cancellationToken)
    {
        var today = Days.Of(time.GetUtcNow());
        var first = today - days + 1;
        await using var db = source.Open();
        var rows = await db.DownloadDays.Where(row => row.Day >= first && row.Day <= today)
            .GroupBy(row => row.Day).Select(of => new { Day = of.Key, Count = of.Sum(row => row.Count) }).ToDictionaryAsync(of => of.Day, of => of.Count, cancellationToken);
        return Series(rows, first, today);
    }

    /// <summary>Each upstream registry's days, by its key; for operators.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<UpstreamDay>>> OfUpstreamAsync(int days, CancellationToken cancellationToken)
    {
        var today = Days.Of(time.GetUtcNow());
        var first = today - days + 1;
        await using var db = source.Open();
        var rows = await db.UpstreamDays.Where(row => row.Day >= first && row.Day <= today).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.Registry).ToDictionary(
            of => of.Key,
            of => (IReadOnlyList<UpstreamDay>)[.. Enumerable.Range(first, days).Select(day => new UpstreamDay(
                Days.DateOf(day), Of(of, day, UpstreamCounts.Hits), Of(of, day, UpstreamCounts.Misses), Of(of, day, UpstreamCounts.Bytes)))]);

        static long Of(IEnumerable<Data.Rows.UpstreamDayRow> rows, int day, string kind) => rows.Where(row => row.Day == day && row.Kind == kind).Sum(row => row.Count);
    }

    private static async Task<Dictionary<string, DownloadTotals>> TotalsAsync(
        RegistryDb db, IReadOnlyCollection<string> names, int today, CancellationToken cancellationToken)
    {
        var (week, month) = (today - Week, today - Month);
        var totals = await db.DownloadDays
            .Where(row => row.Day > month && row.Day <= today)
            .Join(db.Packages.Where(package => names.Contains(package.Name)), row => row.PackageId, package => package.Id, (row, package) => new { package.Name, row.Day, row.Count })
            .GroupBy(row => row.Name)
            .Select(of => new { of.Key, LastWeek = of.Sum(row => row.Day > week ? row.Count : 0), LastMonth = of.Sum(row => row.Count) })
            .ToListAsync(cancellationToken);
        return totals.ToDictionary(total => total.Key, total => new DownloadTotals(total.LastWeek, total.LastMonth), StringComparer.Ordinal);
    }

    // The months of days that are still kept by day, and those that were folded; the month in between is in both.
    private static async Task<IReadOnlyList<DatedCount>> MonthsAsync(RegistryDb db, long packageId, CancellationToken cancellationToken)
    {
        var folded = await db.DownloadMonths.Where(row => row.PackageId == packageId).Select(row => new { row.Month, row.Count }).ToListAsync(cancellationToken);
        var kept = await db.DownloadDays.Where(row => row.PackageId == packageId)
            .GroupBy(row => row.Month).Select(of => new { Month = of.Key, Count = of.Sum(row => row.Count) }).ToListAsync(cancellationToken);
        return [.. folded.Concat(kept).GroupBy(row => row.Month).OrderBy(of => of.Key).Select(of => new DatedCount(Days.FirstOf(of.Key), of.Sum(row => row.Count)))];
    }

    private static IReadOnlyList<DatedCount> Series(Dictionary<int, long> counts, int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(day => new DatedCount(Days.DateOf(day), counts.GetValueOrDefault(day)))];
}
