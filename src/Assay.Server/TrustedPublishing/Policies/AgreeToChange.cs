using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Asks the second factor of whoever agrees, for what is agreed to.</summary>
/// <param name="words">What that is.</param>
/// <param name="target">The names that it speaks of.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal delegate Task<JsonAnswer?> AskToAgree(string words, string target, CancellationToken cancellationToken);

/// <summary>A second person's word about a change of trust that waits for it, and its withdrawal, which is anybody's who may narrow trust there.</summary>
internal sealed class AgreeToChange(CommitQueue commits, SecondOwners seconds, WaitingChanges waiting, PublicUrl url)
{
    /// <summary>Null when agreed.</summary>
    public Task<JsonAnswer?> ToPolicyAsync(string id, Caller.Member member, AskToAgree ask, CancellationToken cancellationToken) =>
        RunAsync(ask, async (commit, stop) =>
        {
            var (row, denial) = await FindAsync(commit.Db, id, member, stop);
            denial ??= await PolicyRights.MayChangeAsync(commit.Db, row!, PolicyWriter.Of(member), stop) ?? Refuse(member, row!.AskedAt, row.AskedBy, commit.Now)
                ?? await seconds.RefuseNewcomerAsync(commit.Db, PolicyRows.TargetOf(row), row.AskedAt!.Value, member, stop);
            if (denial is not null)
            {
                return (null, denial);
            }
            var asker = await NameAsync(commit.Db, row!.AskedBy, stop);
            var what = WaitingChanges.IsLifted(row) ? "the end of the deny" : "the trust policy";
            var from = await waiting.AgreeAsync(commit, row, stop);
            commit.Record(member, "policy.agreed", $"{row.Target} {id}", $"asked by {asker}, from {from:u}");
            return (new Agreed($"agree to {what} {id} on {row.Target}, asked for by {asker}", row.Target), null);
        }, cancellationToken);

    /// <summary>Null when agreed that wider policies count for the package.</summary>
    public Task<JsonAnswer?> ToInheritanceAsync(PackageName package, Caller.Member member, AskToAgree ask, CancellationToken cancellationToken) =>
        RunAsync(ask, async (commit, stop) =>
        {
            var denial = await PolicyRights.MayWriteAsync(commit.Db, PolicyRows.Exactly(package), PolicyEffect.Allow, PolicyWriter.Of(member), stop);
            var row = denial is null ? await commit.Db.Packages.AsTracking().SingleOrDefaultAsync(found => found.Name == package.Value, stop) : null;
            denial ??= row is null ? PackageRules.Unknown(package.Value) : Refuse(member, row.InheritanceAskedAt, row.InheritanceAskedBy, commit.Now)
                ?? await seconds.RefuseNewcomerAsync(commit.Db, PolicyRows.Exactly(package), row.InheritanceAskedAt!.Value, member, stop);
            if (denial is not null)
            {
                return (null, denial);
            }
            var asker = await NameAsync(commit.Db, row!.InheritanceAskedBy, stop);
            var from = seconds.FromIfAgreed(row.InheritanceAskedAt!.Value, commit.Now);
            (row.InheritsTrustFrom, row.InheritanceAskedAt, row.InheritanceAskedBy) = (from, null, null);
            commit.PolicyChanged(PolicyRows.Exactly(package));
            commit.Record(member, "policy.agreed", package.Value, $"that wider policies count, asked by {asker}, from {from:u}");
            return (new Agreed($"agree that wider trust policies count for {package}, asked for by {asker}", package.Value), null);
        }, cancellationToken);

    /// <summary>Takes back what waits; null when done. Whoever may write there may narrow, also what others asked for.</summary>
    public Task<JsonAnswer?> WithdrawAsync(string id, Caller.Member member, AskToAgree ask, CancellationToken cancellationToken) =>
        RunAsync(ask, async (commit, stop) =>
        {
            var (row, denial) = await FindAsync(commit.Db, id, member, stop);
            denial ??= await PolicyRights.MayWriteAsync(commit.Db, PolicyRows.TargetOf(row!), EffectOf(row!), PolicyWriter.Of(member), stop)
                ?? (row!.AskedAt is null ? NothingWaits : null);
            if (denial is not null)
            {
                return (null, denial);
            }
            await WaitingChanges.WithdrawAsync(commit, row!, stop);
            commit.Record(member, "policy.withdrawn", $"{row!.Target} {id}");
            return (new Agreed($"withdraw what waits of the trust policy {id} on {row.Target}", row.Target), null);
        }, cancellationToken);

    private async Task<JsonAnswer?> RunAsync(
        AskToAgree ask, Func<Commit, CancellationToken, Task<(Agreed? Agreed, Denial? Denial)>> change, CancellationToken cancellationToken)
    {
        Agreed? rehearsed = null;
        return await commits.RunAskedAsync(stop => ask(rehearsed!.Words, rehearsed.Target, stop), async (commit, stop) =>
        {
            (var agreed, var denial) = await change(commit, stop);
            rehearsed = agreed ?? rehearsed;
            return denial?.ToAnswer();
        }, cancellationToken);
    }

    private async Task<(TrustPolicyRow? Row, Denial? Denial)> FindAsync(RegistryDb db, string id, Caller.Member member, CancellationToken cancellationToken)
    {
        var row = await PolicyRows.FindAsync(db, id, cancellationToken);
        return row is not null && await PolicyRights.MaySeeAsync(db, row, PolicyWriter.Of(member), cancellationToken) ? (row, null) : (null, PolicyRows.NotFound(id, url));
    }

    /// <summary>The very person who asked is no second one, whatever role they have.</summary>
    private Denial? Refuse(Caller.Member member, DateTimeOffset? askedAt, long? askedBy, DateTimeOffset now) =>
        askedAt is not { } asked || seconds.AgreedBy(asked) < now ? NothingWaits
        : askedBy == member.PersonId
            ? new Denial(StatusCodes.Status403Forbidden, "second-person-needed", "You asked for this yourself, so somebody else who may write these policies has to agree to it.")
        : null;

    private static Denial NothingWaits { get; } = new(
        StatusCodes.Status409Conflict, "nothing-to-agree", "Nothing waits here for a second person, or no longer: see /-/assay/v1/policies/waiting");

    private static PolicyEffect EffectOf(TrustPolicyRow row) => row.Effect == TrustPolicyRow.Deny ? PolicyEffect.Deny : PolicyEffect.Allow;

    private static async Task<string> NameAsync(RegistryDb db, long? person, CancellationToken cancellationToken) =>
        await db.People.Where(row => row.Id == person).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken) ?? "somebody";

    private sealed record Agreed(string Words, string Target);
}
