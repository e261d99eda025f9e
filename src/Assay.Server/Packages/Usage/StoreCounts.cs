using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Stores, every so often and at a stop, what was counted. Counts are added to what is there, so that each node stores its own.</summary>
internal sealed partial class StoreCounts(
    DownloadCounts downloads, UpstreamCounts upstream, CommitQueue commits, IOptions<PackagesOptions> options, TimeProvider time, ILogger<StoreCounts> logger)
    : RegularWork(TimeSpan.FromSeconds(options.Value.CountSeconds), time, logger)
{
    // A statement of some hundred rows is soon done: publishes wait for the same writer.
    private const int RowsInOne = 200;

    public Task RunAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken);

    /// <summary>Requests have ended when this is called, and the database is still there.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await DoAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Lost(failure, options.Value.CountSeconds);
        }
    }

    protected override async Task DoAsync(CancellationToken cancellationToken)
    {
        await StoreAsync(downloads.Counts, DownloadsSql, cancellationToken);
        await StoreAsync(upstream.Counts, UpstreamSql, cancellationToken);
    }

    private async Task StoreAsync<TKey>(DayCounts<TKey> counts, Func<DayCount<TKey>[], FormattableString> sql, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var waiting = new Queue<DayCount<TKey>[]>(counts.Take().Chunk(RowsInOne));
        try
        {
            while (waiting.TryPeek(out var chunk))
            {
                await commits.RunAsync((commit, stop) => commit.Db.Database.ExecuteSqlAsync(sql(chunk), stop), cancellationToken);
                waiting.Dequeue();
            }
        }
        finally
        {
            counts.PutBack(waiting.SelectMany(chunk => chunk));
        }
    }

    private static FormattableString DownloadsSql(DayCount<CountedVersion>[] counts) => Insert(
        """INSERT INTO "DownloadDays" ("VersionId", "Day", "PackageId", "Month", "Count") VALUES """,
        [.. counts.Select(count => new object[] { count.Key.VersionId, count.Day, count.Key.PackageId, Days.MonthOf(count.Day), count.Count })],
        """ ON CONFLICT ("VersionId", "Day") DO UPDATE SET "Count" = "DownloadDays"."Count" + excluded."Count" """);

    private static FormattableString UpstreamSql(DayCount<CountedUpstream>[] counts) => Insert(
        """INSERT INTO "UpstreamDays" ("Registry", "Day", "Kind", "Count") VALUES """,
        [.. counts.Select(count => new object[] { count.Key.Registry, count.Day, count.Key.Kind, count.Count })],
        """ ON CONFLICT ("Registry", "Day", "Kind") DO UPDATE SET "Count" = "UpstreamDays"."Count" + excluded."Count" """);

    private static FormattableString Insert(string into, object[][] rows, string merging)
    {
        var places = rows.Select((row, number) => $"({string.Join(", ", row.Select((_, at) => $"{{{(number * row.Length) + at}}}"))})");
        return FormattableStringFactory.Create(into + string.Join(", ", places) + merging, [.. rows.SelectMany(row => row)]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was counted in the last {Seconds} seconds could not be stored at the stop")]
    private partial void Lost(Exception failure, int seconds);
}
