using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Confirms a policy: it gets a new time to be used in. With its ids forgotten, for a project that moved on purpose, it learns them anew, and
/// since the name alone decides once more, that widens trust.
/// </summary>
internal sealed class RearmPolicy(TrustStore trust, CommitQueue commits, SucceedPolicy succeed, WaitingChanges waiting, PolicyNotices notices, PublicUrl url)
{
    public Task<(WrittenPolicy? Written, Denial? Denial)> RunAsync(
        string id, bool forgetIds, PolicyWriter writer, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => RearmAsync(commit, id, forgetIds, writer, stop), cancellationToken);

    private async Task<(WrittenPolicy? Written, Denial? Denial)> RearmAsync(
        Commit commit, string id, bool forgetIds, PolicyWriter writer, CancellationToken cancellationToken)
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
        if (row.EndsAt is { } end)
        {
            return (null, EndPolicy.Over(id, end));
        }
        if (trust.Read(row) is not { Effect: PolicyEffect.Allow } before)
        {
            return (null, ProposePolicy.Bad([row.Effect == TrustPolicyRow.Deny
                ? "A deny needs no arming: it holds until it is ended."
                : $"Policy {id} no longer fits its provider's definition. Replace it."]));
        }
        var (wanted, problem) = forgetIds ? Forgetting(before, trust.DefinitionOf(row)!) : (before, null);
        if (wanted is null)
        {
            return (null, problem);
        }
        var policy = await succeed.RunAsync(commit, row, before, wanted, row.Note, writer, "policy.rearmed", cancellationToken);
        return (new WrittenPolicy(policy, notices.Replaced(policy, id, commit.Now)), null);
    }

    private static (TrustPolicy? Policy, Denial? Denial) Forgetting(TrustPolicy policy, Assay.Trust.Providers.ProviderDefinition definition)
    {
        var given = definition.Policy.Pin.Where(pin => pin.AtCreation).Select(pin => pin.Claim).ToHashSet(StringComparer.Ordinal);
        return policy.Pins.Keys.All(given.Contains)
            ? (null, ProposePolicy.Bad([policy.Pins.Count == 0
                ? "The policy has learned no ids that could be forgotten."
                : $"{definition.DisplayName} policies are given their ids. Replace the policy to give others."]))
            : (policy.WithPins(policy.Pins.Where(pin => given.Contains(pin.Key)).ToDictionary()), null);
    }
}
