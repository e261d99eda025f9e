using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Organisations with the scopes that are theirs, and what is said of a scope.</summary>
internal sealed class Scopes(CommitQueue commits, FirstAccess access)
{
    /// <summary>An organisation with its scope of the same name, which becomes this registry's in the same commit. Null when made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Its first owner.</param>
    /// <param name="force">Also when the scope would pass for another.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="ask">Asks for a second factor.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<JsonAnswer?> MakeOrganisationAsync(
        string name, string owner, bool force, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            if (!Organisations.IsName(name) || !ScopeName.IsForNewPackages($"@{name}"))
            {
                return new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"'{name}' is not a name for an organisation: use 1 to 100 lower-case letters, digits, '-', '_' or '.', beginning with a letter or digit.").ToAnswer();
            }
            if (await commit.Db.People.SingleOrDefaultAsync(row => row.Name == owner, stop) is not { } person)
            {
                return new Denial(StatusCodes.Status404NotFound, "person-not-found", $"There is no person named {owner}.").ToAnswer();
            }
            if ((await TakenAsync(commit.Db, $"@{name}", stop) ?? await SimilarAsync(commit.Db, $"@{name}", butOf: null, force, stop)) is { } taken)
            {
                return taken.ToAnswer();
            }
            if (await Organisations.AddAsync(commit, name, person, actor, stop) is not { } organisation)
            {
                return new Denial(StatusCodes.Status409Conflict, "organisation-exists", $"There is an organisation {name} already.").ToAnswer();
            }
            await GiveAsync(commit, organisation, $"@{name}", actor, stop);
            return null;
        }, cancellationToken);

    /// <summary>One more scope for an organisation. Null when it has it.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="force">Also when it would pass for another that is not this organisation's.</param>
    /// <param name="actor">Who gives it.</param>
    /// <param name="ask">Asks for a second factor.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<JsonAnswer?> AddAsync(
        string organisation, string scope, bool force, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            if (!ScopeName.IsForNewPackages(scope))
            {
                return NotAScope(scope).ToAnswer();
            }
            if (await commit.Db.Organisations.SingleOrDefaultAsync(row => row.Name == organisation, stop) is not { } found)
            {
                return new Denial(StatusCodes.Status404NotFound, "organisation-not-found", $"There is no organisation {organisation}. See: ./run admin org list").ToAnswer();
            }
            if ((await TakenAsync(commit.Db, scope, stop) ?? await SimilarAsync(commit.Db, scope, found.Id, force, stop)) is { } taken)
            {
                return taken.ToAnswer();
            }
            await GiveAsync(commit, found, scope, actor, stop);
            return null;
        }, cancellationToken);

    /// <summary>Who reads what is new in a scope: its organisation's owners and admins say that. How far its packages may be opened: administrators.</summary>
    public Task<JsonAnswer?> SetAsync(
        string scope, WantedScope wanted, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            if (await RefuseAsync(commit.Db, scope, wanted, member, stop) is { } denial)
            {
                return denial.ToAnswer();
            }
            var row = await commit.Db.Scopes.AsTracking().SingleOrDefaultAsync(found => found.Name == scope, stop);
            if (row is null)
            {
                row = new ScopeRow { Name = scope };
                commit.Db.Scopes.Add(row);
            }
            row.Readers = wanted.SaysReaders ? wanted.Readers?.Word() : row.Readers;
            row.Ceiling = wanted.SaysCeiling ? wanted.Ceiling?.Word() : row.Ceiling;
            if (ReadCircles.Parse(row.Readers) is { } readers && !access.ReadersIn(row).Allows(readers))
            {
                commit.Db.Entry(row).State = EntityState.Detached;
                return new Denial(StatusCodes.Status403Forbidden, "access-ceiling",
                    $"New packages in {scope} cannot be open to '{readers.Word()}': it goes no further than '{access.ReadersIn(row).Ceiling.Word()}'. An administrator can change that.").ToAnswer();
            }
            commit.Record(member, "scope.changed", scope, $"readers {row.Readers ?? "as the registry"}, ceiling {row.Ceiling ?? "as the registry"}");
            return null;
        }, cancellationToken);

    private static async Task<Denial?> RefuseAsync(RegistryDb db, string scope, WantedScope wanted, Caller.Member member, CancellationToken cancellationToken) =>
        await RefuseToSayAsync(db, scope, member, cancellationToken)
        ?? (wanted.SaysCeiling && !member.IsAdministrator ? ForOthers(scope) : null);

    /// <summary>Null when this person may say something of a scope: owners and admins of its organisation, and administrators.</summary>
    public static async Task<Denial?> RefuseToSayAsync(RegistryDb db, string scope, Caller.Member member, CancellationToken cancellationToken)
    {
        if (!ScopeName.IsScope(scope))
        {
            return NotAScope(scope);
        }
        if (!await MaySeeAsync(db, scope, member, cancellationToken))
        {
            return Unknown(scope);
        }
        if (member.Token.LimitFor(scope) < PackageRole.Admin)
        {
            return PackageRules.TooNarrow(member.Token, scope);
        }
        return member.IsAdministrator || await PackageRights.AdministeredScopes(db, member.PersonId).ContainsAsync(scope, cancellationToken) ? null : ForOthers(scope);
    }

    private static Denial ForOthers(string scope) => new(
        StatusCodes.Status403Forbidden, "administrators-only",
        $"Who reads what is new in {scope}, and what its publishes have to prove, is said by owners and admins of its organisation, and how far its packages may be opened by administrators of this registry.");

    /// <summary>Members of its organisation, and administrators, who see all; with a token that reads the scope.</summary>
    public static async Task<bool> MaySeeAsync(RegistryDb db, string scope, Caller.Member member, CancellationToken cancellationToken) =>
        member.IsAdministrator || member.Token.LimitFor(scope) > PackageRole.None && await db.Scopes.AnyAsync(
            row => row.Name == scope && db.OrganisationMembers.Any(place => place.OrganisationId == row.OrganisationId && place.PersonId == member.PersonId), cancellationToken);

    public static Denial Unknown(string scope) =>
        new(StatusCodes.Status404NotFound, "scope-not-found", $"Nothing is said of the scope {scope} that you may know.");

    private static Denial NotAScope(string scope) => new(StatusCodes.Status400BadRequest, "invalid-name", $"'{scope}' is not a scope like @acme.");

    private static async Task<Denial?> TakenAsync(RegistryDb db, string scope, CancellationToken cancellationToken)
    {
        var owner = await db.Scopes.Where(row => row.Name == scope)
            .Join(db.Organisations, row => row.OrganisationId, organisation => organisation.Id, (_, organisation) => organisation.Name).SingleOrDefaultAsync(cancellationToken);
        return owner is null
            ? null
            : new Denial(StatusCodes.Status409Conflict, "scope-taken", $"The scope {scope} belongs to the organisation {owner}.");
    }

    private static async Task<Denial?> SimilarAsync(RegistryDb db, string scope, long? butOf, bool force, CancellationToken cancellationToken) =>
        force || await LookAlikes.ScopeAsync(db, scope, butOf, cancellationToken) is not { } other
            ? null
            : new Denial(StatusCodes.Status403Forbidden, LookAlikes.Code,
                $"{scope} would pass for {other}, which is here: the two differ by nothing but case, '-', '_' and '.'. If it shall be here all the same, say so with 'force'.");

    private static async Task GiveAsync(Commit commit, OrganisationRow organisation, string scope, Actor actor, CancellationToken cancellationToken)
    {
        if (await commit.Db.Scopes.AsTracking().SingleOrDefaultAsync(row => row.Name == scope, cancellationToken) is { } row)
        {
            row.OrganisationId = organisation.Id;
        }
        else
        {
            commit.Db.Scopes.Add(new ScopeRow { Name = scope, OrganisationId = organisation.Id });
        }
        await OwnedNames.TakeAsync(commit, scope, actor, cancellationToken);
        commit.Record(actor, "org.scope-added", $"{organisation.Name} {scope}");
        commit.Changed(PackageDocuments.ScopeChangeKey(scope));
    }
}
