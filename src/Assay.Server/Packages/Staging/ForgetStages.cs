using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Ends, once an hour, the stages that nobody approved in time, and forgets those that have been over for long. Their bytes go with the garbage.</summary>
internal sealed class ForgetStages(CommitQueue commits, TimeProvider time, ILogger<ForgetStages> logger) : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    // Long enough for whoever asks what became of one.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly Actor Registry = new("registry", "");

    public Task RunAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken);

    /// <summary>Ends what has expired, of this version or altogether.</summary>
    public static async Task EndExpiredAsync(Commit commit, string? taking, CancellationToken cancellationToken)
    {
        var expired = await commit.Db.Stages.AsTracking()
            .Where(row => row.TakenVersion != null && row.ExpiresAt <= commit.Now && (taking == null || row.TakenVersion == taking))
            .ToListAsync(cancellationToken);
        foreach (var stage in expired)
        {
            End(stage, StageRow.Expired, Registry.Name, commit.Now);
            commit.Record(Registry, "stage.expired", $"{stage.PackageName}@{stage.Version}", stage.StageId);
        }
        // The version is to be free before somebody else takes it in this same commit.
        await commit.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>From then on the version is free, and the bytes are nobody's.</summary>
    public static void End(StageRow stage, string status, string by, DateTimeOffset now)
    {
        stage.Status = status;
        stage.EndedAt = now;
        stage.EndedBy = by;
        stage.TakenVersion = null;
        stage.Request = "";
    }

    protected override Task DoAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        await EndExpiredAsync(commit, taking: null, stop);
        var before = commit.Now - Kept;
        var over = commit.Db.Stages.Where(row => row.TakenVersion == null && row.EndedAt < before);
        await commit.Db.StageApprovals.Where(approval => over.Any(row => row.Id == approval.StageId)).ExecuteDeleteAsync(stop);
        await over.ExecuteDeleteAsync(stop);
        return true;
    }, cancellationToken);
}
