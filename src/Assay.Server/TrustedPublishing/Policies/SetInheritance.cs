using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>Whether policies of wider levels count for a package beside its own. Letting them may have to cool off; shutting them out is at once.</summary>
internal sealed class SetInheritance(CommitQueue commits, SecondOwners seconds, WaitingChanges waiting, PolicyNotices notices,
    IOptions<TrustedPublishingOptions> options)
{
    public static Task<bool> IsOnAsync(RegistryDb db, string package, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Packages.AnyAsync(row => row.Name == package && row.InheritsTrustFrom <= now, cancellationToken);

    public Task<(string? Notice, Denial? Denial)> RunAsync(
        PackageName package, bool inherits, PolicyWriter writer, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => SetAsync(commit, package, inherits, writer, stop), cancellationToken);

    private async Task<(string? Notice, Denial? Denial)> SetAsync(
        Commit commit, PackageName package, bool inherits, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await waiting.LapseAsync(commit, cancellationToken);
        var target = PolicyRows.Exactly(package);
        if (await PolicyRights.MayWriteAsync(commit.Db, target, PolicyEffect.Allow, writer, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        if (await commit.Db.Packages.AsTracking().SingleOrDefaultAsync(row => row.Name == package.Value, cancellationToken) is not { } row)
        {
            return (null, PackageRules.Unknown(package.Value));
        }
        if (inherits == row.InheritsTrustFrom is not null)
        {
            return (notices.Inherits(package, row, commit.Now, revoked: 0), null);
        }
        var time = inherits ? await seconds.TimeAsync(commit, package.Value, [target], widens: true, writer, cancellationToken) : null;
        (row.InheritsTrustFrom, row.InheritanceAskedAt, row.InheritanceAskedBy) = (time?.From, time?.AskedAt, time?.AskedBy);
        var revoked = inherits ? 0 : await RevokeShutOutAsync(commit, target, cancellationToken);
        commit.PolicyChanged(target);
        commit.Record(writer.Actor, "policy.inheritance", package.Value, time switch
        {
            null => "off",
            { IsWaiting: true } => "on when a second person agrees",
            _ => $"on from {time.From:u}",
        });
        return (notices.Inherits(package, row, commit.Now, revoked), null);
    }

    private async Task<int> RevokeShutOutAsync(Commit commit, NamePattern target, CancellationToken cancellationToken)
    {
        var since = commit.Now.AddHours(-options.Value.CoolingOffHours);
        var hasOwn = await commit.Db.TrustPolicies.AnyAsync(
            row => row.Target == target.Text && row.Effect == TrustPolicyRow.Allow && (row.EndsAt == null || row.EndsAt > since || row.ShutsOutUntil > commit.Now), cancellationToken);
        return hasOwn ? await RevokeTokens.ShutOutAsync(commit, target, cancellationToken) : 0;
    }
}
