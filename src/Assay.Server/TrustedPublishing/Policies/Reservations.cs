using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Names that policies speak of before anything was published: kept for whoever wrote the policy, and given up when nothing ever comes. A name
/// that once had a version is never given up.
/// </summary>
internal sealed class Reservations(RegistryDbSource source, CommitQueue commits, IPackageFallback others, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private static readonly Actor Registry = new("registry", "");

    /// <summary>In the commit that writes a policy of a package. Denies and wider policies reserve nothing.</summary>
    public static async Task ReserveAsync(Commit commit, TrustPolicy policy, PolicyWriter writer, bool takesScope, CancellationToken cancellationToken)
    {
        var name = policy.Target.Text;
        if (policy.Effect is PolicyEffect.Deny || !policy.Target.IsExact || await commit.Db.Packages.AnyAsync(row => row.Name == name, cancellationToken))
        {
            return;
        }
        var scope = await PackageRights.ScopeAsync(commit.Db, policy.Target.Scope, cancellationToken);
        var row = new PackageRow
        {
            Name = name,
            Scope = policy.Target.Scope is { Length: > 0 } ofName ? ofName : null,
            // What it will be is said by its first version; until then nobody learns more of the name than of what is usual there.
            Access = scope?.Readers == PackageRules.Teams ? PackageRules.Teams : PackageRules.Members,
            CreatedAt = commit.Now,
            ModifiedAt = commit.Now,
        };
        commit.Db.Packages.Add(row);
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = row.Id, PersonId = writer.PersonId!.Value, Since = commit.Now });
        commit.Record(writer.Actor, "name.reserved", name);
        if ((policy.Actions & (TrustActions.Publish | TrustActions.Stage)) != TrustActions.None)
        {
            BeginLock.AtReservation(commit, row, writer.Actor);
        }
        if (PackageName.TryParse(name, out var reserved))
        {
            commit.Changed(PackageDocuments.ChangeKey(reserved));
            if (takesScope)
            {
                await OwnedNames.TakeScopeAsync(commit, reserved, writer.Actor, cancellationToken);
            }
        }
    }

    /// <summary>Looks outside the commit, where time is nobody else's, and asks again inside.</summary>
    public async Task ReleaseUnusedAsync(CancellationToken cancellationToken)
    {
        List<string> names;
        await using (var db = source.Open())
        {
            names = await Unused(db, time.GetUtcNow()).Select(row => row.Name).ToListAsync(cancellationToken);
        }
        foreach (var name in names)
        {
            await commits.RunAsync((commit, stop) => ReleaseAsync(commit, name, stop), cancellationToken);
        }
    }

    private async Task<bool> ReleaseAsync(Commit commit, string name, CancellationToken cancellationToken)
    {
        if (await Unused(commit.Db, commit.Now).SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } package)
        {
            return false;
        }
        if (PackageName.TryParse(name, out var reserved))
        {
            if (await Freezes.RefuseAsync(commit.Db, reserved, cancellationToken) is not null)
            {
                return false;
            }
            // Whoever took the name elsewhere meanwhile must not get it by waiting.
            if (others.AnswersFor(reserved))
            {
                await OwnedNames.TakeAsync(commit, name, Registry, cancellationToken);
            }
        }
        var policies = await commit.Db.TrustPolicies.AsTracking()
            .Where(row => row.Target == name && (row.EndsAt == null || row.EndsAt > commit.Now)).ToListAsync(cancellationToken);
        foreach (var policy in policies)
        {
            policy.EndsAt = PolicyRows.AtOnce(commit.Now);
            (policy.AskedAt, policy.AskedBy) = (null, null);
            await RevokeTokens.OfPolicyAsync(commit, policy.Id, cancellationToken);
        }
        await commit.Db.PackageOwners.Where(row => row.PackageId == package.Id).ExecuteDeleteAsync(cancellationToken);
        await commit.Db.Packages.Where(row => row.Id == package.Id).ExecuteDeleteAsync(cancellationToken);
        commit.Changed(TrustStore.PoliciesChanged(name));
        if (PackageName.TryParse(name, out var parsed))
        {
            commit.Changed(PackageDocuments.ChangeKey(parsed));
        }
        commit.Record(Registry, "name.released", name, string.Join(' ', policies.Select(policy => policy.Id)));
        return true;
    }

    /// <summary>
    /// Never published, and no policy was armed lately. Never sooner than a policy would become inert; and a deny keeps the name, since with it
    /// would go the one thing that somebody wanted to hold.
    /// </summary>
    private IQueryable<PackageRow> Unused(RegistryDb db, DateTimeOffset now)
    {
        var before = now.AddDays(-Math.Max(options.Value.ReservationDays, options.Value.UnpinnedDays));
        return db.Packages.Where(package => package.CreatedAt < before
            && !db.Versions.Any(version => version.PackageId == package.Id)
            && !db.TrustPolicies.Any(policy => policy.Target == package.Name
                && (policy.ArmedAt >= before || (policy.Effect == TrustPolicyRow.Deny && (policy.EndsAt == null || policy.EndsAt > now)))));
    }
}
