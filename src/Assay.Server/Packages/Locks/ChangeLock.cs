using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// Sets a lock and demands. What is stricter holds at once, what is looser after a while (<see cref="ChangeStrictness"/>).
/// </summary>
/// <remarks>Whether it may be done is decided twice by the same code: before a person is asked for a second factor, and inside the commit, where it counts.</remarks>
internal sealed class ChangeLock(RegistryDbSource source, CommitQueue commits, FindLocked find, IOptions<PackagesOptions> options, TimeProvider time)
{
    /// <summary>What was said, in words; or why not.</summary>
    public Task<(string Notice, JsonAnswer? Refusal)> OfPackageAsync(
        PackageName name, WantedLock wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync((db, now, stop) => find.PackageAsync(db, name, member, now, stop), wanted, member.Actor, ask, cancellationToken);

    public Task<(string Notice, JsonAnswer? Refusal)> OfScopeAsync(
        string scope, WantedLock wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync((db, now, stop) => find.ScopeAsync(db, scope, member, now, stop), wanted, member.Actor, ask, cancellationToken);

    /// <summary>By the operator, of a package or a scope.</summary>
    public Task<(string Notice, Denial? Denial)> ByOperatorAsync(string target, WantedLock wanted, bool atOnce, CancellationToken cancellationToken) =>
        CommitAsync((db, now, stop) => find.ByOperatorAsync(db, target, now, stop), wanted, Actor.Operator, atOnce, cancellationToken);

    private async Task<(string Notice, JsonAnswer? Refusal)> RunAsync(
        Finding finding, WantedLock wanted, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        var refusal = await FirstLookAsync(finding, cancellationToken) ?? await ask(cancellationToken);
        if (refusal is not null)
        {
            return ("", refusal);
        }
        var (notice, denial) = await CommitAsync(finding, wanted, actor, atOnce: false, cancellationToken);
        return (notice, denial?.ToAnswer());
    }

    private async Task<JsonAnswer?> FirstLookAsync(Finding finding, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        return (await finding(db, time.GetUtcNow(), cancellationToken)).Denial?.ToAnswer();
    }

    private Task<(string Notice, Denial? Denial)> CommitAsync(Finding finding, WantedLock wanted, Actor actor, bool atOnce, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var (found, denial) = await finding(commit.Db, commit.Now, stop);
            return found is null ? ("", denial) : (Write(commit, found, wanted, actor, atOnce), null);
        }, cancellationToken);

    private string Write(Commit commit, LockedThing found, WantedLock wanted, Actor actor, bool atOnce)
    {
        var row = found.Row;
        if (found.IsNew)
        {
            commit.Db.Add(row);
        }
        DateTimeOffset? from = atOnce || options.Value.LockCoolingOffHours == 0 ? null : commit.Now.AddHours(options.Value.LockCoolingOffHours);
        List<string> said = [];
        if (wanted.Lock is { } held)
        {
            var thing = new LockStrictness(row, commit.Now, actor.Name) { Subject = row.Name, Holds = found.Before, Waiting = row.Waiting(commit.Now) };
            said.Add(ChangeStrictness.Write(commit, thing, held, actor, from));
        }
        foreach (var kind in OwnDemand.Kinds.Where(kind => wanted.Of(kind) is not null))
        {
            var demand = row.DemandOf(kind);
            var thing = new DemandStrictness(row, kind, commit.Now, actor.Name)
            {
                Subject = row.Name,
                Holds = demand.IsOn(commit.Now),
                Waiting = demand.EndsAt(commit.Now) is { } end ? (false, end) : null,
            };
            said.Add(ChangeStrictness.Write(commit, thing, wanted.Of(kind)!.Value, actor, from));
        }
        return string.Join(' ', said);
    }
}
