using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Ends a stage without a version. Nothing is burnt: the version is free again.</summary>
internal sealed class RejectStage(RegistryDbSource source, CommitQueue commits, TimeProvider time)
{
    /// <summary>What a person is asked a second factor for.</summary>
    public static SensitiveAct Asked(StageRow stage) => SensitiveAct.Of($"reject the stage of {stage.PackageName}@{stage.Version}", "reject", stage.StageId).On(stage.PackageName);

    public async Task<JsonAnswer?> RunAsync(
        Caller.Member member, string stageId, Func<StageRow, CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            var (row, denial) = await FindAsync(db, member, stageId, time.GetUtcNow(), cancellationToken);
            if ((denial?.ToAnswer() ?? await ask(row!, cancellationToken)) is { } refusal)
            {
                return refusal;
            }
        }
        return (await commits.RunAsync(async (commit, stop) =>
        {
            var (row, denial) = await FindAsync(commit.Db, member, stageId, commit.Now, stop);
            if (row is null)
            {
                return denial;
            }
            ForgetStages.End(row, StageRow.Rejected, member.PersonName, commit.Now);
            commit.Record(member, "stage.rejected", $"{row.PackageName}@{row.Version}", $"{row.StageId}, staged by {row.StagerName}");
            return null;
        }, cancellationToken))?.ToAnswer();
    }

    private static async Task<(StageRow? Row, Denial? Denial)> FindAsync(
        RegistryDb db, Caller.Member member, string stageId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.Stages.AsTracking().SingleOrDefaultAsync(stage => stage.StageId == stageId, cancellationToken);
        var denial = row is null ? WaitingStages.Unknown(stageId)
            : await StageRights.RefuseSeeingAsync(db, row, member, cancellationToken)
            ?? (member.Token.MayStage(row.PackageName) ? null : PackageRules.TooNarrow(member.Token, row.PackageName))
            ?? (row.TakenVersion is null || row.ExpiresAt <= now ? WaitingStages.Over(stageId) : null);
        return denial is null ? (row, null) : (null, denial);
    }
}
