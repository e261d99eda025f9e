using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Once an hour: what lies longer back than anybody looks at by day becomes a number for its month.</summary>
internal sealed class FoldDownloads(CommitQueue commits, IOptions<PackagesOptions> options, TimeProvider time, ILogger<FoldDownloads> logger)
    : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    public Task RunAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken);

    protected override Task DoAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var first = Days.Of(commit.Now) - options.Value.DownloadDays;
        await commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "DownloadMonths" ("PackageId", "Month", "Count")
            SELECT "PackageId", "Month", SUM("Count") FROM "DownloadDays" WHERE "Day" < {first} GROUP BY "PackageId", "Month"
            ON CONFLICT ("PackageId", "Month") DO UPDATE SET "Count" = "DownloadMonths"."Count" + excluded."Count"
            """, stop);
        await commit.Db.DownloadDays.Where(row => row.Day < first).ExecuteDeleteAsync(stop);
        await commit.Db.UpstreamDays.Where(row => row.Day < first).ExecuteDeleteAsync(stop);
        return true;
    }, cancellationToken);
}
