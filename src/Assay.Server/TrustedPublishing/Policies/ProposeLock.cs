using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.People;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// A policy does not close the older ways to a package that people publish: that would stop a release on the day that CI is only tried out. It says how to.
/// </summary>
internal sealed class ProposeLock(RegistryDbSource source, PackageLocks locks, TimeProvider time)
{
    /// <summary>Empty where there is nothing to propose.</summary>
    public async Task<string> ForAsync(TrustPolicy policy, CancellationToken cancellationToken)
    {
        var isForPublishing = policy.Effect is PolicyEffect.Allow && (policy.Actions & (TrustActions.Publish | TrustActions.Stage)) != TrustActions.None;
        if (!isForPublishing || !policy.Target.IsExact || !PackageName.TryParse(policy.Target.Text, out var name))
        {
            return "";
        }
        await using var db = source.Open();
        if (await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken) is not { } package)
        {
            return "";
        }
        var held = await locks.OfAsync(db, name, package, time.GetUtcNow(), cancellationToken);
        return held.Holds is PublishLock.OidcOnly ? "" : $"People still publish {name} too: its lock is '{held.Holds.Word()}'. "
            + (held.Own is null ? "Its first trusted publish sets 'oidc-only'. To set it now" : "To take versions from CI alone")
            + $": PUT /-/assay/v1/package/{name}/lock {{\"lock\":\"oidc-only\"}}.";
    }
}
