using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>What teams were given. Giving and taking is for whoever administers the package or the scope, and knows the team.</summary>
internal sealed class Grants(RegistryDbSource source, CommitQueue commits)
{
    /// <summary>The packages and scopes of a team, as far as the caller may know them.</summary>
    public async Task<(IReadOnlyList<(string Target, PackageRole Role)>? Granted, JsonAnswer? Denial)> ListAsync(
        string organisation, string name, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (team, denial) = await Teams.FindAsync(db, organisation, name, member, cancellationToken);
        if (team is null)
        {
            return (null, denial);
        }
        var grants = await db.TeamGrants.Where(row => row.TeamId == team.Row.Id).OrderBy(row => row.Target).ToListAsync(cancellationToken);
        var targets = grants.Select(grant => grant.Target).ToList();
        var known = await PackageRights.RolesAsync(db, member.Standing, db.Packages.Where(package => targets.Contains(package.Name)).Within(member.Token), cancellationToken);
        var names = known.Select(package => package.Package).ToHashSet(StringComparer.Ordinal);
        return ([.. grants.Where(grant => IsScope(grant.Target) ? member.Token.LimitFor(grant.Target) > PackageRole.None : names.Contains(grant.Target)).Select(grant => (grant.Target, PackageRoles.Parse(grant.Role) ?? PackageRole.None))], null);
    }

    public Task<JsonAnswer?> GiveAsync(
        string organisation, string name, string target, PackageRole role, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync(organisation, name, target, member, ask, async (commit, team, stop) =>
        {
            var row = await commit.Db.TeamGrants.AsTracking().SingleOrDefaultAsync(grant => grant.TeamId == team.Row.Id && grant.Target == target, stop);
            if (row is null)
            {
                commit.Db.TeamGrants.Add(new TeamGrantRow { TeamId = team.Row.Id, Target = target, Role = role.Word(), Since = commit.Now });
            }
            else if (row.Role != role.Word())
            {
                (row.Role, row.Since) = (role.Word(), commit.Now);
            }
            commit.Record(member, "team.granted", $"{target} {team.Name}", role.Word());
            return null;
        }, cancellationToken);

    public Task<JsonAnswer?> TakeAsync(
        string organisation, string name, string target, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync(organisation, name, target, member, ask, async (commit, team, stop) =>
        {
            if (await commit.Db.TeamGrants.Where(grant => grant.TeamId == team.Row.Id && grant.Target == target).ExecuteDeleteAsync(stop) == 0)
            {
                return NpmError.NotFound($"The team {team.Name} was given nothing of {target}. See: npm access list packages {team.Name}", "grant-not-found");
            }
            commit.Record(member, "team.revoked", $"{target} {team.Name}");
            return null;
        }, cancellationToken);

    private Task<JsonAnswer?> RunAsync(
        string organisation, string name, string target, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask,
        Func<Commit, KnownTeam, CancellationToken, Task<JsonAnswer?>> change, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (team, denial) = await Teams.FindAsync(commit.Db, organisation, name, member, stop);
            var refused = team is null
                ? denial
                : (await RefuseAsync(commit.Db, target, member, stop))?.ToAnswer() ?? await change(commit, team, stop);
            if (refused is null)
            {
                commit.Changed(Teams.ChangeKeyOf(target));
            }
            return refused;
        }, cancellationToken);

    private static async Task<Denial?> RefuseAsync(RegistryDb db, string target, Caller.Member member, CancellationToken cancellationToken)
    {
        if (!IsScope(target))
        {
            return PackageName.TryParse(target, out var package)
                ? (await PackageRights.FindToChangeAsync(db, package, revision: null, member, cancellationToken)).Denial
                : new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"'{target}' is neither a package name nor a scope.");
        }
        if (member.Token.LimitFor(target) < PackageRole.Admin)
        {
            return PackageRules.TooNarrow(member.Token, target);
        }
        return member.IsAdministrator || await PackageRights.AdministeredScopes(db, member.PersonId).ContainsAsync(target, cancellationToken)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "administrators-only",
                $"What a team has in all of {target} is given by owners and admins of the organisation that the scope belongs to, and by administrators of this registry.");
    }

    private static bool IsScope(string target) => ScopeName.IsScope(target);
}
