using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Opens a package, or closes it. Never further than what its scope or the registry allows.</summary>
internal sealed class ChangeAccess(CommitQueue commits, FirstAccess access)
{
    public Task<JsonAnswer?> RunAsync(
        PackageName name, WantedAccess wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (package, denial) = await PackageRights.FindToChangeAsync(commit.Db, name, revision: null, member, stop);
            if (package is null)
            {
                return denial?.ToAnswer();
            }
            var readers = access.ReadersIn(await PackageRights.ScopeAsync(commit.Db, package.Scope, stop));
            var before = PackageRules.ReadersOf(package);
            var after = wanted.From(before, readers);
            if (after > before && !readers.Allows(after))
            {
                return TooWide(name, after, readers.Ceiling).ToAnswer();
            }
            if (after != before)
            {
                package.Access = after.Word();
                commit.Record(member, "access.changed", package.Name, $"{before.Word()} to {after.Word()}");
                PackageRights.Touch(commit, package);
            }
            return null;
        }, cancellationToken);

    private static Denial TooWide(PackageName name, ReadCircle wanted, ReadCircle ceiling) => new(
        StatusCodes.Status403Forbidden, "access-ceiling",
        $"{name} cannot be opened to '{wanted.Word()}': {(name.Scope is null ? "this registry" : $"{name.Scope} in this registry")} goes no further than '{ceiling.Word()}'. An administrator can change that.");
}
