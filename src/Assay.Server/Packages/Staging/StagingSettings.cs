using System.Globalization;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>What those who administer a package ask of its stages. Null leaves it as it is.</summary>
internal sealed record WantedStaging(int? Approvals, int? Days, bool? EveryPublish);

/// <summary>Changes it. Fewer approvals, and an end of staging every publish, wait as a loosened lock does.</summary>
internal sealed class StagingSettings(CommitQueue commits, IOptions<PackagesOptions> options)
{
    public const int MostApprovals = 20;
    public const int MostDays = 90;

    /// <summary>The same, when a second factor is asked for once nothing else is in the way.</summary>
    public async Task<JsonAnswer?> ChangeAsync(
        PackageName name, Caller.Member member, WantedStaging wanted, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        var refusal = await commits.RehearseAsync(async (commit, stop) => (await PackageRights.FindToChangeAsync(commit.Db, name, revision: null, member, stop)).Denial?.ToAnswer(), cancellationToken)
            ?? await ask(cancellationToken);
        return refusal ?? (await ChangeAsync(name, member, wanted, cancellationToken)).Denial?.ToAnswer();
    }

    /// <summary>What was done, in words; or why not.</summary>
    public Task<(string Notice, Denial? Denial)> ChangeAsync(PackageName name, Caller.Member member, WantedStaging wanted, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var (found, denial) = await PackageRights.FindToChangeAsync(commit.Db, name, revision: null, member, stop);
            if (found is null)
            {
                return ("", denial);
            }
            commit.Db.Packages.Attach(found);
            var notice = Write(commit, found, wanted, member.Actor);
            PackageRights.Touch(commit, found);
            return (notice, null);
        }, cancellationToken);

    private string Write(Commit commit, PackageRow row, WantedStaging wanted, Actor actor)
    {
        DateTimeOffset? from = options.Value.LockCoolingOffHours == 0 ? null : commit.Now.AddHours(options.Value.LockCoolingOffHours);
        List<string> said = [];
        if (wanted.Approvals is { } approvals)
        {
            var atLeast = options.Value.StageApprovals;
            var thing = new ApprovalsStrictness(row, atLeast, commit.Now)
            {
                Subject = row.Name,
                Holds = row.ApprovalsAt(commit.Now) ?? atLeast,
                Waiting = row.WaitingApprovals(commit.Now),
            };
            said.Add(ChangeStrictness.Write(commit, thing, approvals, actor, from));
        }
        if (wanted.EveryPublish is { } every)
        {
            var thing = new EveryPublishStrictness(row)
            {
                Subject = row.Name,
                Holds = row.StagesEveryPublishAt(commit.Now),
                Waiting = row.WaitingEndOfEvery(commit.Now) is { } end ? (false, end) : null,
            };
            said.Add(ChangeStrictness.Write(commit, thing, every, actor, from));
        }
        if (wanted.Days is { } days && days != row.StageDays)
        {
            commit.Record(actor, "package.staging", row.Name, $"days {days}, was {row.StageDays?.ToString(CultureInfo.InvariantCulture) ?? "the registry's"}");
            row.StageDays = days;
        }
        return string.Join(' ', said);
    }
}
