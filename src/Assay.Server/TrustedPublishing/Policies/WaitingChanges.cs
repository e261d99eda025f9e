using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>Changes of trust that wait for a second person, and what becomes of those that nobody agrees to: as if they had never been asked for.</summary>
internal sealed class WaitingChanges(CommitQueue commits, SecondOwners seconds, IOptions<TrustedPublishingOptions> options)
{
    private static readonly Actor Registry = new("registry", "");

    public Task LapseAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        await LapseAsync(commit, stop);
        return true;
    }, cancellationToken);

    /// <summary>Before anything else changes, so that what is over is in nobody's way.</summary>
    public async Task LapseAsync(Commit commit, CancellationToken cancellationToken)
    {
        var before = commit.Now.AddDays(-options.Value.SecondOwnerDays);
        foreach (var row in await commit.Db.TrustPolicies.AsTracking().Where(row => row.AskedAt < before).ToListAsync(cancellationToken))
        {
            await WithdrawAsync(commit, row, cancellationToken);
            commit.Record(Registry, "policy.lapsed", $"{row.Target} {row.Id}", "nobody agreed in time");
        }
        foreach (var package in await commit.Db.Packages.AsTracking().Where(row => row.InheritanceAskedAt < before).ToListAsync(cancellationToken))
        {
            (package.InheritsTrustFrom, package.InheritanceAskedAt, package.InheritanceAskedBy) = (null, null, null);
            commit.Changed(TrustStore.PoliciesChanged(package.Name));
            commit.Record(Registry, "policy.lapsed", package.Name, "nobody agreed in time that wider policies count");
        }
    }

    /// <summary>Whether it is the end of a deny that waits, and not its beginning.</summary>
    public static bool IsLifted(TrustPolicyRow row) => row is { AskedAt: not null, EndsAt: not null };

    /// <summary>The policy never holds, or its end never comes. Answers the one that stays in its place.</summary>
    public static async Task<TrustPolicyRow?> WithdrawAsync(Commit commit, TrustPolicyRow row, CancellationToken cancellationToken)
    {
        var isLifted = IsLifted(row);
        (row.AskedAt, row.AskedBy) = (null, null);
        commit.PolicyChanged(PolicyRows.TargetOf(row));
        if (isLifted)
        {
            row.EndsAt = null;
            return row;
        }
        var stays = await SucceedPolicy.StandInAsync(commit, row, cancellationToken);
        row.EndsAt = PolicyRows.AtOnce(commit.Now);
        if (stays is not null)
        {
            stays.EndsAt = null;
            commit.PolicyChanged(PolicyRows.TargetOf(stays));
        }
        return stays;
    }

    /// <summary>It holds, or ends, from then on.</summary>
    public async Task<DateTimeOffset> AgreeAsync(Commit commit, TrustPolicyRow row, CancellationToken cancellationToken)
    {
        var from = seconds.FromIfAgreed(row.AskedAt!.Value, commit.Now);
        var isLifted = IsLifted(row);
        (row.AskedAt, row.AskedBy) = (null, null);
        commit.PolicyChanged(PolicyRows.TargetOf(row));
        if (isLifted)
        {
            row.EndsAt = from;
            return from;
        }
        if (await SucceedPolicy.StandInAsync(commit, row, cancellationToken) is { } before)
        {
            before.EndsAt = from;
            await RevokeTokens.OfPolicyAsync(commit, before.Id, cancellationToken);
            commit.PolicyChanged(PolicyRows.TargetOf(before));
        }
        row.EffectiveAt = from;
        // The days in which it must learn its ids begin when it can.
        row.ArmedAt = from > commit.Now ? from : commit.Now;
        return from;
    }
}
