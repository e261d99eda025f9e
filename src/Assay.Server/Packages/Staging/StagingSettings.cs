using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>What those who administer a package ask of its stages. Null leaves it as it is.</summary>
internal sealed record WantedStaging(int? Approvals, int? Days, bool? EveryPublish);

/// <summary>Changes it.</summary>
internal sealed class StagingSettings(CommitQueue commits)
{
    public const int MostApprovals = 20;
    public const int MostDays = 90;

    public Task<Denial?> ChangeAsync(PackageName name, Caller.Member member, WantedStaging wanted, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var (found, denial) = await PackageRights.FindToChangeAsync(commit.Db, name, revision: null, member, stop);
            if (found is null)
            {
                return denial;
            }
            commit.Db.Packages.Attach(found);
            found.StageApprovals = wanted.Approvals ?? found.StageApprovals;
            found.StageDays = wanted.Days ?? found.StageDays;
            found.StagesEveryPublish = wanted.EveryPublish ?? found.StagesEveryPublish;
            PackageRights.Touch(commit, found);
            commit.Record(member, "package.staging", name.Value,
                $"approvals: {found.StageApprovals?.ToString() ?? "the registry's"}, days: {found.StageDays?.ToString() ?? "the registry's"}, every publish: {found.StagesEveryPublish}");
            return null;
        }, cancellationToken);
}
