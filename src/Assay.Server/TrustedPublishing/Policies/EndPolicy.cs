using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Ends a policy. One that allows ends at once, one that denies when that has cooled off; the row stays as history.</summary>
internal sealed class EndPolicy(CommitQueue commits, SecondOwners seconds, WaitingChanges waiting, PolicyNotices notices, PublicUrl url)
{
    /// <summary>What to tell whoever ended it, or why they may not.</summary>
    public async Task<(string? Notice, Denial? Denial)> RunAsync(string id, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var (ended, denial) = await commits.RunAsync((commit, stop) => EndAsync(commit, id, writer, stop), cancellationToken);
        return ended is null ? (null, denial) : (await notices.EndedAsync(ended, cancellationToken), null);
    }

    public static Denial Over(string id, DateTimeOffset end) => new(
        StatusCodes.Status409Conflict, "policy-ended", end == PolicyLife.Unknown
            ? $"The end of policy {id} is asked for already, and waits for a second person. Its successor, if it has one, can be changed or withdrawn."
            : $"The end of policy {id} is set already: {PolicyNotices.Time(end)}. Its successor, if it has one, can be changed.");

    private async Task<(EndedPolicy? Ended, Denial? Denial)> EndAsync(Commit commit, string id, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await waiting.LapseAsync(commit, cancellationToken);
        var row = await PolicyRows.FindAsync(commit.Db, id, cancellationToken);
        if (row is null || !await PolicyRights.MaySeeAsync(commit.Db, row, writer, cancellationToken))
        {
            return (null, PolicyRows.NotFound(id, url));
        }
        if (await PolicyRights.MayChangeAsync(commit.Db, row, writer, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        if (row.EndsAt is { } end && (end <= commit.Now || row.Effect == TrustPolicyRow.Deny))
        {
            return (null, Over(id, end));
        }
        var stays = await EndAsync(commit, row, writer, cancellationToken);
        var revoked = await RevokeTokens.OfPolicyAsync(commit, id, cancellationToken);
        commit.PolicyChanged(PolicyRows.TargetOf(row));
        commit.Record(writer.Actor, "policy.ended", $"{row.Target} {id}", stays is not null ? $"withdrawn, {stays.Id} stays" : row.AskedAt is null ? $"{row.EndsAt:u}" : "when a second person agrees");
        return (new EndedPolicy(row, stays?.Id, row.EndsAt > commit.Now, revoked), null);
    }

    /// <summary>The one that stays, when a replacement is withdrawn before it took effect.</summary>
    private async Task<TrustPolicyRow?> EndAsync(Commit commit, TrustPolicyRow row, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (row.EffectiveAt > commit.Now)
        {
            return await WaitingChanges.WithdrawAsync(commit, row, cancellationToken);
        }
        var widens = row.Effect == TrustPolicyRow.Deny;
        var time = await seconds.TimeAsync(commit, $"{row.Target} {row.Id}", [PolicyRows.TargetOf(row)], widens, writer, cancellationToken);
        (row.EndsAt, row.AskedAt, row.AskedBy) = (time.From, time.AskedAt, time.AskedBy);
        row.ShutsOutUntil = writer.Member is null ? null : await SecondOwners.ShutsOutUntilAsync(commit, row, cancellationToken);
        return null;
    }
}

/// <summary>A policy whose end was set.</summary>
/// <param name="Row">The policy.</param>
/// <param name="Stays">The policy that it would have replaced.</param>
/// <param name="Waits">Whether it holds for a while yet.</param>
/// <param name="Revoked">How many tokens died with it.</param>
internal sealed record EndedPolicy(TrustPolicyRow Row, string? Stays, bool Waits, int Revoked);
