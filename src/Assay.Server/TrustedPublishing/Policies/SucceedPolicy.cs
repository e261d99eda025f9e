using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// One policy takes the place of another: the old row ends when the new one begins. If that widens trust both wait, so that meanwhile the old
/// one holds; if it narrows, both happen now. In either case the old one's tokens die now.
/// </summary>
internal sealed class SucceedPolicy(TrustStore trust, SecondOwners seconds)
{
    /// <summary>Within a commit that has decided that it may.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="row">The old one, tracked.</param>
    /// <param name="before">The old one as read; null when it no longer fits its definition, and then nothing is known to be narrower.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="note">Its note.</param>
    /// <param name="writer">Who answers for it; the operator leaves that as it was.</param>
    /// <param name="act">For the audit log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TrustPolicy> RunAsync(
        Commit commit, TrustPolicyRow row, TrustPolicy? before, TrustPolicy wanted, string note, PolicyWriter writer, string act,
        CancellationToken cancellationToken)
    {
        var widens = before is null || PolicyChange.Widens(before, wanted, trust.DefinitionOf(row));
        var id = PolicyRows.NewId();
        var time = await TimeAsync(commit, row, $"{wanted.Target} {id}", wanted, widens, writer, cancellationToken);
        var from = time.From;
        var policy = wanted.WithLife(new PolicyLife(id, ArmedAt: time.IsWaiting ? commit.Now : Latest(from, commit.Now))
        {
            EffectiveAt = from,
            LastUsedAt = widens ? null : row.LastUsedAt,
        });
        await EndAsync(commit, row, from, cancellationToken);
        var successor = PolicyRows.Of(policy, note, writer.PersonId ?? row.CreatedBy, commit.Now, time);
        successor.Replaces = row.Id;
        commit.Db.TrustPolicies.Add(successor);
        await RevokeTokens.OfPolicyAsync(commit, row.Id, cancellationToken);
        if (policy.Effect is PolicyEffect.Deny)
        {
            await RevokeTokens.OverlappingAsync(commit, policy.Target, policy.BindingId, policy.Actions, cancellationToken);
        }
        commit.PolicyChanged(PolicyRows.TargetOf(row));
        commit.PolicyChanged(policy.Target);
        commit.Record(writer.Actor, act, $"{policy.Target} {policy.Id}", $"in place of {row.Id}: {PolicyJson.Write(policy)}");
        return policy;
    }

    /// <summary>What waits for a second person goes on waiting, whoever edits it.</summary>
    private async Task<ChangeTime> TimeAsync(
        Commit commit, TrustPolicyRow row, string subject, TrustPolicy wanted, bool widens, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var time = await seconds.TimeAsync(commit, subject, [PolicyRows.TargetOf(row), wanted.Target], widens, writer, cancellationToken);
        return row.AskedAt is not null && !time.IsWaiting
            ? new ChangeTime(row.EffectiveAt, commit.Now, writer.PersonId ?? row.AskedBy)
            : time with { From = Latest(row.EffectiveAt, time.From) };
    }

    /// <summary>The policy that holds while this one waits to take its place: the one whose end is this one's beginning.</summary>
    public static async Task<TrustPolicyRow?> StandInAsync(Commit commit, TrustPolicyRow waiting, CancellationToken cancellationToken)
    {
        for (var id = waiting.Replaces; id is not null;)
        {
            var earlier = await commit.Db.TrustPolicies.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
            if (earlier?.EndsAt == waiting.EffectiveAt && earlier.EndsAt > commit.Now)
            {
                return earlier;
            }
            id = earlier?.Replaces;
        }
        return null;
    }

    /// <summary>
    /// What a policy learns while its successor waits, the successor knows too: otherwise an edit would let the name alone decide once more. One
    /// that names another project is not meant.
    /// </summary>
    public async Task TeachAsync(
        Commit commit, TrustPolicyRow learning, IReadOnlyDictionary<string, string> pins, CancellationToken cancellationToken)
    {
        if (learning.EndsAt is not { } end || pins.Count == 0 || trust.Read(learning) is not { } policy)
        {
            return;
        }
        var successors = await commit.Db.TrustPolicies.AsTracking()
            .Where(row => row.EffectiveAt == end && row.EndsAt == null && row.BindingId == learning.BindingId).ToListAsync(cancellationToken);
        foreach (var row in successors)
        {
            if (trust.Read(row) is { Pins.Count: 0 } waiting && NamesSameProject(policy, waiting)
                && (await StandInAsync(commit, row, cancellationToken))?.Id == learning.Id)
            {
                row.Rules = PolicyJson.Write(waiting.WithPins(pins));
                commit.PolicyChanged(waiting.Target);
            }
        }
    }

    private bool NamesSameProject(TrustPolicy one, TrustPolicy other) => trust.DefinitionOf(one)!.Policy.Fields.Where(field => field.Label)
        .All(field => (one.Fields.GetValueOrDefault(field.Name) ?? []).SequenceEqual(other.Fields.GetValueOrDefault(field.Name) ?? []));

    private static async Task EndAsync(Commit commit, TrustPolicyRow row, DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (row.EffectiveAt <= commit.Now)
        {
            row.EndsAt = from;
            return;
        }
        // It never came into force; what holds instead of it now waits for the new one.
        if (await StandInAsync(commit, row, cancellationToken) is { } standIn)
        {
            standIn.EndsAt = from;
        }
        row.EndsAt = PolicyRows.AtOnce(commit.Now);
        (row.AskedAt, row.AskedBy) = (null, null);
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
