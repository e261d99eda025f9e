using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Puts stages together, to be approved at once. What a run stages is put together by itself.</summary>
internal sealed class ReleaseSets(CommitQueue commits)
{
    public const int Most = 500;

    public static Denial Unknown(string setId) => new(
        StatusCodes.Status404NotFound, "release-set-not-found", $"There is no release set {setId} that waits, or you may not see all of it.");

    /// <summary>The set's id.</summary>
    public Task<(string? SetId, Denial? Denial)> MakeAsync(Caller.Member member, IReadOnlyList<string> stageIds, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            List<StageRow> stages = [];
            foreach (var id in stageIds)
            {
                var stage = await WaitingStages.Of(commit.Db, commit.Now).AsTracking().SingleOrDefaultAsync(row => row.StageId == id, stop);
                var denial = stage is null ? WaitingStages.Unknown(id)
                    : await StageRights.RefuseSeeingAsync(commit.Db, stage, member, stop)
                    ?? (member.Token.MayStage(stage.PackageName) ? null : PackageRules.TooNarrow(member.Token, stage.PackageName));
                if (denial is not null)
                {
                    return (null, denial);
                }
                stages.Add(stage!);
            }
            if (stages.DistinctBy(stage => stage.PackageName).Count() != stages.Count)
            {
                return ((string?)null, TwoOfAPackage);
            }
            var setId = KeepStage.NewId();
            foreach (var stage in stages)
            {
                stage.ReleaseSet = setId;
                commit.Record(member, "stage.grouped", $"{stage.PackageName}@{stage.Version}", setId);
            }
            return (setId, (Denial?)null);
        }, cancellationToken);

    private static Denial TwoOfAPackage { get; } = new(
        StatusCodes.Status400BadRequest, "two-of-a-package", "A release set has one version of each package. Approve the others by themselves.");
}
