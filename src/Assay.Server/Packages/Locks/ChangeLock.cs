using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// Sets a lock. What is stricter holds at once, what is looser after a while, so that others see it who can take it back; setting what holds takes it back.
/// </summary>
/// <remarks>Whether it may be done is decided twice by the same code: before a person is asked for a second factor, and inside the commit, where it counts.</remarks>
internal sealed class ChangeLock(RegistryDbSource source, CommitQueue commits, FindLocked find, IOptions<PackagesOptions> options, TimeProvider time)
{
    /// <summary>What was said of the lock, in words; or why not.</summary>
    public Task<(string Notice, JsonAnswer? Refusal)> OfPackageAsync(
        PackageName name, PublishLock wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync((db, now, stop) => find.PackageAsync(db, name, member, now, stop), wanted, member.Actor, ask, cancellationToken);

    public Task<(string Notice, JsonAnswer? Refusal)> OfScopeAsync(
        string scope, PublishLock wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync((db, now, stop) => find.ScopeAsync(db, scope, member, now, stop), wanted, member.Actor, ask, cancellationToken);

    /// <summary>By the operator, of a package or a scope.</summary>
    public Task<(string Notice, Denial? Denial)> ByOperatorAsync(string target, PublishLock wanted, bool atOnce, CancellationToken cancellationToken) =>
        CommitAsync((db, now, stop) => find.ByOperatorAsync(db, target, now, stop), wanted, Actor.Operator, atOnce, cancellationToken);

    private async Task<(string Notice, JsonAnswer? Refusal)> RunAsync(
        Finding finding, PublishLock wanted, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
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

    private Task<(string Notice, Denial? Denial)> CommitAsync(Finding finding, PublishLock wanted, Actor actor, bool atOnce, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var (found, denial) = await finding(commit.Db, commit.Now, stop);
            return found is null ? ("", denial) : (Write(commit, found, wanted, actor, atOnce), null);
        }, cancellationToken);

    private string Write(Commit commit, LockedThing found, PublishLock wanted, Actor actor, bool atOnce)
    {
        var (row, before) = (found.Row, found.Before);
        if (found.IsNew)
        {
            commit.Db.Add(row);
        }
        var from = commit.Now.AddHours(options.Value.LockCoolingOffHours);
        if (wanted < before && !atOnce && from > commit.Now)
        {
            return Loosen(commit, found, wanted, actor, from);
        }
        var withdrawn = row.Waiting(commit.Now);
        if (withdrawn is { } waiting)
        {
            commit.Record(actor, "lock.kept", row.Name, $"{before.Word()}, not {waiting.To.Word()} from {JsonTime.Of(waiting.At)}");
        }
        if (row.At(commit.Now) != wanted)
        {
            commit.Record(actor, wanted < before ? "lock.loosened" : "lock.set", row.Name, $"{wanted.Word()}, was {before.Word()}");
            row.Set(wanted, commit.Now, actor.Name);
        }
        else if (withdrawn is not null)
        {
            row.Keep();
        }
        return $"The lock of {row.Name} is '{wanted.Word()}'." + (withdrawn is null ? "" : " Nothing is loosened.");
    }

    private static string Loosen(Commit commit, LockedThing found, PublishLock wanted, Actor actor, DateTimeOffset from)
    {
        var (row, before) = (found.Row, found.Before);
        if (row.Waiting(commit.Now) is { } waiting && waiting.To == wanted)
        {
            // Asked again: it waits no longer and no shorter.
            from = waiting.At;
        }
        else
        {
            row.LoosenFrom(from, wanted, commit.Now, actor.Name);
            commit.Record(actor, "lock.loosening", row.Name, $"{wanted.Word()} from {JsonTime.Of(from)}, until then {before.Word()}");
        }
        return $"The lock of {row.Name} is loosened to '{wanted.Word()}' only from {JsonTime.Of(from)}; until then it stays '{before.Word()}'. "
            + $"Whoever administers it can take that back: set '{before.Word()}' again.";
    }
}
