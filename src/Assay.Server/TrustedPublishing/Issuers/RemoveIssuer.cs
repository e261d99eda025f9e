using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Ends the trust in an issuer for good.</summary>
internal sealed class RemoveIssuer(CommitQueue commits)
{
    /// <summary>Policies that trust it stand in the way unless they are to end with it. One that denies it something stays: to end that widens trust.</summary>
    public Task<(string? Done, Denial? Denial)> RunAsync(string id, bool force, Actor actor, CancellationToken cancellationToken) =>
        commits.OnIssuerAsync(id, async (commit, row, stop) =>
        {
            var policies = await commit.Db.TrustPolicies.AsTracking()
                .Where(policy => policy.BindingId == id && policy.Effect == TrustPolicyRow.Allow && (policy.EndsAt == null || policy.EndsAt > commit.Now))
                .ToListAsync(stop);
            if (policies.Count > 0 && !force)
            {
                return (null, IssuerDenials.InUse(id, policies));
            }
            foreach (var policy in policies)
            {
                policy.EndsAt = PolicyRows.AtOnce(commit.Now);
                (policy.AskedAt, policy.AskedBy) = (null, null);
                policy.ShutsOutUntil = await SecondOwners.ShutsOutUntilAsync(commit, policy, stop);
                commit.PolicyChanged(PolicyRows.TargetOf(policy));
                commit.Record(actor, "policy.ended", $"{policy.Target} {policy.Id}", $"issuer {id} removed");
            }
            var revoked = await RevokeTokens.OfBindingAsync(commit, id, stop);
            await ForgetAsync(commit, row, stop);
            commit.Record(actor, "issuer.removed", id, row.Issuer);
            return ($"{id} is removed{(policies.Count == 0 ? "" : $", and {policies.Count} trust policies ended with it")}.{RevokeTokens.Told(revoked)}", null);
        }, cancellationToken);

    // Versions and ended policies name it for ever, so its name can never come to mean another issuer.
    private static async Task ForgetAsync(Commit commit, IssuerBindingRow row, CancellationToken cancellationToken)
    {
        var isNamed = await commit.Db.TrustPolicies.AnyAsync(policy => policy.BindingId == row.Id, cancellationToken)
            || await commit.Db.Versions.AnyAsync(version => version.BindingId == row.Id, cancellationToken);
        if (!isNamed)
        {
            commit.Db.IssuerBindings.Remove(row);
            return;
        }
        row.EnabledIssuer = null;
        row.RemovedAt = commit.Now;
    }
}
