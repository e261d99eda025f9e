using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>Ends a policy. One that allows ends at once, one that denies when that has cooled off; the row stays as history.</summary>
internal sealed class EndPolicy(CommitQueue commits, PolicyNotices notices, IOptions<TrustedPublishingOptions> options, PublicUrl url)
{
    /// <summary>What to tell whoever ended it, or why they may not.</summary>
    public async Task<(string? Notice, Denial? Denial)> RunAsync(string id, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var (ended, denial) = await commits.RunAsync((commit, stop) => EndAsync(commit, id, writer, stop), cancellationToken);
        return ended is null ? (null, denial) : (await notices.EndedAsync(ended, cancellationToken), null);
    }

    public static Denial Over(string id, DateTimeOffset end) => new(
        StatusCodes.Status409Conflict, "policy-ended", $"The end of policy {id} is set already: {PolicyNotices.Time(end)}. Its successor, if it has one, can be changed.");

    private async Task<(EndedPolicy? Ended, Denial? Denial)> EndAsync(Commit commit, string id, PolicyWriter writer, CancellationToken cancellationToken)
    {
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
        var stays = await EndAsync(commit, row, cancellationToken);
        var revoked = await RevokeTokens.OfPolicyAsync(commit, id, cancellationToken);
        commit.PolicyChanged(PolicyRows.TargetOf(row));
        commit.Record(writer.Actor, "policy.ended", $"{row.Target} {id}", stays is null ? $"{row.EndsAt:u}" : $"withdrawn, {stays.Id} stays");
        return (new EndedPolicy(row, stays?.Id, row.EndsAt > commit.Now, revoked), null);
    }

    /// <summary>The one that stays, when a replacement is withdrawn before it took effect.</summary>
    private async Task<TrustPolicyRow?> EndAsync(Commit commit, TrustPolicyRow row, CancellationToken cancellationToken)
    {
        if (row.EffectiveAt > commit.Now)
        {
            row.EndsAt = PolicyRows.AtOnce(commit.Now);
            var stays = await SucceedPolicy.StandInAsync(commit, row, cancellationToken);
            if (stays is not null)
            {
                stays.EndsAt = null;
            }
            return stays;
        }
        row.EndsAt = PolicyRows.From(commit.Now, widens: row.Effect == TrustPolicyRow.Deny, options.Value);
        return null;
    }
}

/// <summary>A policy whose end was set.</summary>
/// <param name="Row">The policy.</param>
/// <param name="Stays">The policy that it would have replaced.</param>
/// <param name="Waits">Whether it holds for a while yet.</param>
/// <param name="Revoked">How many tokens died with it.</param>
internal sealed record EndedPolicy(TrustPolicyRow Row, string? Stays, bool Waits, int Revoked);
