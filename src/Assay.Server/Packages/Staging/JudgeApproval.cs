using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A stage that somebody approves, and what would come of it.</summary>
/// <param name="Row">Tracked, to be ended.</param>
/// <param name="Publish">What it is.</param>
/// <param name="Decision">That it may be published.</param>
/// <param name="Missing">How many approvals it needs after this one.</param>
internal sealed record ApprovableStage(StageRow Row, ReceivedPublish Publish, PublishDecision Decision, int Missing);

/// <summary>Whether a person may approve a stage now, and who else has. Everything is asked anew: roles, identities, the policy, the freeze, the lock, the version.</summary>
internal sealed class JudgeApproval(DecidePublish decide, IOptions<PackagesOptions> options)
{
    /// <summary>All of them, or what stands in the way of the first that it does not go for.</summary>
    public async Task<(IReadOnlyList<ApprovableStage> Stages, Denial? Denial)> RunAsync(
        RegistryDb db, Caller.Member member, IReadOnlyList<ReceivedPublish> publishes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<ApprovableStage> stages = [];
        foreach (var publish in publishes)
        {
            var row = await db.Stages.AsTracking().SingleAsync(stage => stage.Id == publish.Approved!.RowId, cancellationToken);
            if (await RefuseAsync(db, member, row, now, cancellationToken) is { } denial)
            {
                return ([], denial);
            }
            var decision = await decide.RunAsync(db, member, publish, publish.Approved!.Proof, now, cancellationToken);
            if (decision.IsSettled)
            {
                return ([], decision.Denial ?? WaitingStages.Over(row.StageId));
            }
            stages.Add(new ApprovableStage(row, publish, decision, await MissingAsync(db, row, member.PersonId, now, cancellationToken)));
        }
        return (stages, null);
    }

    /// <summary>How many approvals a stage needs besides those that count.</summary>
    /// <param name="db">The rows.</param>
    /// <param name="stage">Of which.</param>
    /// <param name="also">Who approves right now; null to look only.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<int> MissingAsync(RegistryDb db, StageRow stage, long? also, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = (await db.Packages.AsNoTracking().SingleOrDefaultAsync(row => row.Name == stage.PackageName, cancellationToken))?.ApprovalsAt(now);
        var approvers = await CountedAsync(db, stage, cancellationToken);
        var counted = approvers.Select(approver => approver.Independence).ToList();
        if (also is { } person && approvers.All(approver => approver.PersonId != person))
        {
            counted.Add(await IndependenceAsync(db, stage, person, cancellationToken));
        }
        return StageApprovals.Missing(Math.Max(options.Value.StageApprovals, wanted ?? 1), counted);
    }

    /// <summary>Those who approved exactly these bytes, and still may: an approval ends with the role of who gave it.</summary>
    public static async Task<IReadOnlyList<(long PersonId, Independence Independence)>> CountedAsync(RegistryDb db, StageRow stage, CancellationToken cancellationToken)
    {
        List<(long, Independence)> counted = [];
        foreach (var approval in await db.StageApprovals.Where(row => row.StageId == stage.Id).ToListAsync(cancellationToken))
        {
            if (approval.Sha512.AsSpan().SequenceEqual(stage.Sha512)
                && approval.PersonId != stage.StagerId
                && await StageRights.RoleAsync(db, stage.PackageName, stage.OwnerId, approval.PersonId, cancellationToken) >= PackageRole.Write)
            {
                counted.Add((approval.PersonId, await IndependenceAsync(db, stage, approval.PersonId, cancellationToken)));
            }
        }
        return counted;
    }

    private static async Task<Denial?> RefuseAsync(RegistryDb db, Caller.Member member, StageRow stage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await StageRights.RefuseSeeingAsync(db, stage, member, cancellationToken) is { } hidden)
        {
            return hidden;
        }
        if (!member.Token.IsSignIn)
        {
            return new Denial(StatusCodes.Status403Forbidden, "sign-in-only",
                "Staged versions are approved only by somebody who has signed in, not with a token made for something else. Run `npm login`.");
        }
        if (stage.TakenVersion is null || stage.ExpiresAt <= now)
        {
            return WaitingStages.Over(stage.StageId);
        }
        if (stage.StagerId == member.PersonId)
        {
            return new Denial(StatusCodes.Status403Forbidden, "own-stage",
                $"You staged {stage.PackageName}@{stage.Version} yourself. Somebody else who publishes to the package has to approve it.");
        }
        return await IndependenceAsync(db, stage, member.PersonId, cancellationToken) is Independence.SetItOff
            ? new Denial(StatusCodes.Status403Forbidden, "own-run",
                $"The run that staged {stage.PackageName}@{stage.Version} was set off by you. Somebody else who publishes to the package has to approve it.")
            : null;
    }

    private static async Task<Independence> IndependenceAsync(RegistryDb db, StageRow stage, long personId, CancellationToken cancellationToken)
    {
        if (stage.TokenId is null)
        {
            return Independence.SomebodyElse;
        }
        var identity = await db.CiIdentities.SingleOrDefaultAsync(row => row.PersonId == personId && row.BindingId == stage.BindingId, cancellationToken);
        return StageApprovals.Of(stage.ActorId, identity?.ActorId, identity?.IsConfirmed ?? false);
    }
}
