using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>A team as the list of its organisation shows it.</summary>
internal sealed record ListedTeam(string Name, string Description, int Members);

/// <summary>The teams of an organisation and who is in them. What a team was given is the packages' own matter.</summary>
internal sealed class Teams(RegistryDbSource source, CommitQueue commits)
{
    /// <summary>A team of an organisation that the caller knows.</summary>
    public static async Task<(KnownTeam? Team, JsonAnswer? Denial)> FindAsync(
        RegistryDb db, string organisation, string name, Caller.Member member, CancellationToken cancellationToken)
    {
        var (known, denial) = await Organisations.FindAsync(db, organisation, member, cancellationToken);
        return known is null ? (null, denial) : await OfAsync(db, known, name, cancellationToken);
    }

    public async Task<(IReadOnlyList<ListedTeam>? Listed, JsonAnswer? Denial)> ListAsync(
        string organisation, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (known, denial) = await Organisations.FindAsync(db, organisation, member, cancellationToken);
        return known is null
            ? (null, denial)
            : (await db.Teams.Where(row => row.OrganisationId == known.Row.Id).OrderBy(row => row.Name)
                .Select(row => new ListedTeam(row.Name, row.Description, db.TeamMembers.Count(member => member.TeamId == row.Id))).ToListAsync(cancellationToken), null);
    }

    public async Task<(IReadOnlyList<string>? People, JsonAnswer? Denial)> MembersAsync(
        string organisation, string name, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (team, denial) = await FindAsync(db, organisation, name, member, cancellationToken);
        return team is null
            ? (null, denial)
            : (await db.TeamMembers.Where(row => row.TeamId == team.Row.Id)
                .Join(db.People, row => row.PersonId, person => person.Id, (_, person) => person.Name)
                .OrderBy(person => person).ToListAsync(cancellationToken), null);
    }

    /// <summary>Null when a team can be called and described so.</summary>
    public static JsonAnswer? ProblemWith(string? name, string? description) => name is not null && Organisations.IsName(name) && description is not { Length: > 1000 }
        ? null
        : NpmError.BadRequest("A team has a name of 1 to 100 lower-case letters, digits, '-', '_' or '.', beginning with a letter or digit, and may have a 'description' of 1000 characters.", "invalid-name");

    public Task<JsonAnswer?> CreateAsync(
        string organisation, string name, string description, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (known, denial) = await Organisations.FindToChangeAsync(commit.Db, organisation, member, OrganisationRole.Admin, stop);
            if (known is null)
            {
                return denial;
            }
            if (await commit.Db.Teams.AnyAsync(row => row.OrganisationId == known.Row.Id && row.Name == name, stop))
            {
                return NpmError.Conflict($"The organisation {organisation} has a team {name} already.", "team-exists");
            }
            commit.Db.Teams.Add(new TeamRow { OrganisationId = known.Row.Id, Name = name, Description = description, CreatedAt = commit.Now });
            commit.Record(member, "team.created", $"{organisation}:{name}");
            return null;
        }, cancellationToken);

    /// <summary>What it was given goes with it.</summary>
    public Task<JsonAnswer?> DestroyAsync(
        string organisation, string name, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        ChangeAsync(organisation, name, member, ask, async (commit, team, stop) =>
        {
            var grants = await commit.Db.TeamGrants.Where(row => row.TeamId == team.Row.Id).ToListAsync(stop);
            await commit.Db.TeamMembers.Where(row => row.TeamId == team.Row.Id).ExecuteDeleteAsync(stop);
            await commit.Db.TeamGrants.Where(row => row.TeamId == team.Row.Id).ExecuteDeleteAsync(stop);
            await commit.Db.Teams.Where(row => row.Id == team.Row.Id).ExecuteDeleteAsync(stop);
            foreach (var grant in grants)
            {
                commit.Record(member, "team.revoked", $"{grant.Target} {team.Name}", grant.Role);
                commit.Changed(ChangeKeyOf(grant.Target));
            }
            commit.Record(member, "team.destroyed", team.Name);
            return null;
        }, cancellationToken);

    public Task<JsonAnswer?> AddAsync(
        string organisation, string name, string person, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        ChangeAsync(organisation, name, member, ask, async (commit, team, stop) =>
        {
            var found = await commit.Db.OrganisationMembers.Where(row => row.OrganisationId == team.Row.OrganisationId)
                .Join(commit.Db.People.Where(row => row.Name == person), row => row.PersonId, row => row.Id, (_, row) => row).SingleOrDefaultAsync(stop);
            if (found is null)
            {
                return OrganisationDenials.NotAMember(organisation, person);
            }
            if (!await commit.Db.TeamMembers.AnyAsync(row => row.TeamId == team.Row.Id && row.PersonId == found.Id, stop))
            {
                commit.Db.TeamMembers.Add(new TeamMemberRow { TeamId = team.Row.Id, PersonId = found.Id, Since = commit.Now });
                commit.Record(member, "team.member-added", $"{team.Name} {person}");
            }
            return null;
        }, cancellationToken);

    public Task<JsonAnswer?> RemoveAsync(
        string organisation, string name, string person, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        ChangeAsync(organisation, name, member, ask, async (commit, team, stop) =>
        {
            var removed = await commit.Db.TeamMembers
                .Where(row => row.TeamId == team.Row.Id && commit.Db.People.Any(found => found.Id == row.PersonId && found.Name == person)).ExecuteDeleteAsync(stop);
            if (removed == 0)
            {
                return NpmError.NotFound($"{person} is not in the team {team.Name}. See: npm team ls {team.Name}", "not-a-member");
            }
            commit.Record(member, "team.member-removed", $"{team.Name} {person}");
            return null;
        }, cancellationToken);

    /// <summary>The change key of what a grant speaks of: one package, or all of a scope.</summary>
    public static string ChangeKeyOf(string target) =>
        PackageRow.ChangePrefix + (target.StartsWith('@') && !target.Contains('/', StringComparison.Ordinal) ? target + "/" : target);

    private Task<JsonAnswer?> ChangeAsync(
        string organisation, string name, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask,
        Func<Commit, KnownTeam, CancellationToken, Task<JsonAnswer?>> change, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (known, denial) = await Organisations.FindToChangeAsync(commit.Db, organisation, member, OrganisationRole.Admin, stop);
            if (known is null)
            {
                return denial;
            }
            var (team, unknown) = await OfAsync(commit.Db, known, name, stop);
            if (team is null)
            {
                return unknown;
            }
            var refused = await change(commit, team, stop);
            if (refused is null)
            {
                commit.Changed(Credential.AllChanged);
            }
            return refused;
        }, cancellationToken);

    private static async Task<(KnownTeam? Team, JsonAnswer? Denial)> OfAsync(
        RegistryDb db, KnownOrganisation known, string name, CancellationToken cancellationToken) =>
        await db.Teams.SingleOrDefaultAsync(row => row.OrganisationId == known.Row.Id && row.Name == name, cancellationToken) is { } row
            ? (new KnownTeam(row, known), null)
            : (null, OrganisationDenials.UnknownTeam(known.Row.Name, name));
}

/// <summary>A team of an organisation that the caller knows; named as npm does, <c>acme:devs</c>.</summary>
internal sealed record KnownTeam(TeamRow Row, KnownOrganisation Organisation)
{
    public string Name => $"{Organisation.Row.Name}:{Row.Name}";
}
