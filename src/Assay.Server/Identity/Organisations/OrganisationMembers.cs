using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Who is in an organisation, and in which place.</summary>
internal sealed class OrganisationMembers(RegistryDbSource source, CommitQueue commits)
{
    public async Task<(IReadOnlyList<(string Person, string Role)>? Members, JsonAnswer? Denial)> ListAsync(
        string organisation, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (known, denial) = await Organisations.FindAsync(db, organisation, member, cancellationToken);
        if (known is null)
        {
            return (null, denial);
        }
        var members = await db.OrganisationMembers.Where(row => row.OrganisationId == known.Row.Id)
            .Join(db.People, row => row.PersonId, person => person.Id, (row, person) => new { person.Name, row.Role })
            .OrderBy(row => row.Name).ToListAsync(cancellationToken);
        return ([.. members.Select(row => (row.Name, row.Role))], null);
    }

    /// <summary>How many members there are afterwards.</summary>
    public async Task<(int Size, JsonAnswer? Denial)> SetAsync(
        string organisation, string name, OrganisationRole role, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        var size = 0;
        var refused = await commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (known, denial) = await Organisations.FindToChangeAsync(commit.Db, organisation, member, OrganisationRole.Admin, stop);
            (size, denial) = known is null ? (0, denial) : await SetAsync(commit, known, name, role, member, stop);
            return denial;
        }, cancellationToken);
        return (size, refused);
    }

    /// <summary>With their teams, and with what they own in the organisation's scopes: whoever is gone keeps nothing of it.</summary>
    public Task<JsonAnswer?> RemoveAsync(
        string organisation, string name, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            // Everybody may leave; the place that it takes to remove somebody else is asked below.
            var (known, denial) = await Organisations.FindToChangeAsync(commit.Db, organisation, member, OrganisationRole.Developer, stop);
            return known is null ? denial : await RemoveAsync(commit, known, name, member, stop);
        }, cancellationToken);

    private static async Task<(int Size, JsonAnswer? Denial)> SetAsync(
        Commit commit, KnownOrganisation known, string name, OrganisationRole role, Caller.Member member, CancellationToken cancellationToken)
    {
        if (await commit.Db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } person)
        {
            return (0, OrganisationDenials.UnknownPerson(name));
        }
        var row = await PlaceAsync(commit.Db, known, person.Id, cancellationToken);
        var before = row is null ? (OrganisationRole?)null : OrganisationRoles.Parse(row.Role);
        if (!known.Place.MayMove(before, role))
        {
            return (0, OrganisationDenials.TooLow(known.Row.Name, known.Place));
        }
        if (before is OrganisationRole.Owner && role is not OrganisationRole.Owner && await IsLastOwnerAsync(commit.Db, known, person.Id, cancellationToken))
        {
            return (0, OrganisationDenials.LastOwner(known.Row.Name, name));
        }
        if (row is null)
        {
            commit.Db.OrganisationMembers.Add(new OrganisationMemberRow { OrganisationId = known.Row.Id, PersonId = person.Id, Role = role.Word(), Since = commit.Now });
        }
        else if (before != role)
        {
            (row.Role, row.Since) = (role.Word(), commit.Now);
        }
        commit.Record(member, "org.member-set", $"{known.Row.Name} {name}", role.Word());
        commit.Changed(Credential.AllChanged);
        await commit.Db.SaveChangesAsync(cancellationToken);
        return (await commit.Db.OrganisationMembers.CountAsync(found => found.OrganisationId == known.Row.Id, cancellationToken), null);
    }

    private static async Task<JsonAnswer?> RemoveAsync(
        Commit commit, KnownOrganisation known, string name, Caller.Member member, CancellationToken cancellationToken)
    {
        var person = await commit.Db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        var row = person is null ? null : await PlaceAsync(commit.Db, known, person.Id, cancellationToken);
        if (!known.Place.MayMove(OrganisationRoles.Parse(row?.Role), null) && person?.Id != member.PersonId)
        {
            return OrganisationDenials.TooLow(known.Row.Name, known.Place);
        }
        if (row is null)
        {
            return OrganisationDenials.NotAMember(known.Row.Name, name);
        }
        if (row.Role == OrganisationRole.Owner.Word() && await IsLastOwnerAsync(commit.Db, known, row.PersonId, cancellationToken))
        {
            return OrganisationDenials.LastOwner(known.Row.Name, name);
        }
        commit.Db.OrganisationMembers.Remove(row);
        commit.Record(member, "org.member-removed", $"{known.Row.Name} {name}", row.Role);
        await LeaveTeamsAsync(commit, known, person!, member.Actor, cancellationToken);
        await GiveUpPackagesAsync(commit, known, person!, member.Actor, cancellationToken);
        commit.Changed(Credential.AllChanged);
        return null;
    }

    private static async Task LeaveTeamsAsync(Commit commit, KnownOrganisation known, PersonRow person, Actor actor, CancellationToken cancellationToken)
    {
        var teams = await commit.Db.Teams.Where(row => row.OrganisationId == known.Row.Id)
            .Join(commit.Db.TeamMembers.Where(row => row.PersonId == person.Id), team => team.Id, row => row.TeamId, (team, _) => team)
            .ToListAsync(cancellationToken);
        foreach (var team in teams)
        {
            await commit.Db.TeamMembers.Where(row => row.TeamId == team.Id && row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
            commit.Record(actor, "team.member-removed", $"{known.Row.Name}:{team.Name} {person.Name}");
        }
    }

    private static async Task GiveUpPackagesAsync(Commit commit, KnownOrganisation known, PersonRow person, Actor actor, CancellationToken cancellationToken)
    {
        var owned = await commit.Db.Packages.AsTracking()
            .Where(package => commit.Db.Scopes.Any(scope => scope.Name == package.Scope && scope.OrganisationId == known.Row.Id)
                && commit.Db.PackageOwners.Any(owner => owner.PackageId == package.Id && owner.PersonId == person.Id))
            .ToListAsync(cancellationToken);
        foreach (var package in owned)
        {
            await commit.Db.PackageOwners.Where(row => row.PackageId == package.Id && row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
            package.Revision++;
            package.ModifiedAt = commit.Now;
            commit.Record(actor, "owner.removed", package.Name, person.Name);
            commit.Changed(PackageRow.ChangePrefix + package.Name);
        }
    }

    private static Task<OrganisationMemberRow?> PlaceAsync(RegistryDb db, KnownOrganisation known, long personId, CancellationToken cancellationToken) =>
        db.OrganisationMembers.AsTracking().SingleOrDefaultAsync(row => row.OrganisationId == known.Row.Id && row.PersonId == personId, cancellationToken);

    private static async Task<bool> IsLastOwnerAsync(RegistryDb db, KnownOrganisation known, long personId, CancellationToken cancellationToken)
    {
        var owner = OrganisationRole.Owner.Word();
        return !await db.OrganisationMembers.AnyAsync(row => row.OrganisationId == known.Row.Id && row.PersonId != personId && row.Role == owner, cancellationToken);
    }
}
