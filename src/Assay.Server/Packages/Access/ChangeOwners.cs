using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Who owns a package. Clients send the owners that shall be, or one to add or remove; what is stored is only the difference.</summary>
internal sealed class ChangeOwners(CommitQueue commits)
{
    /// <summary>Exactly these, by somebody who has seen this revision.</summary>
    public Task<JsonAnswer?> SetAsync(
        PackageName name, string revision, IReadOnlyCollection<string> owners, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync(name, revision, _ => owners, member, ask, cancellationToken);

    public Task<JsonAnswer?> AddAsync(
        PackageName name, string owner, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync(name, revision: null, owners => [.. owners, owner], member, ask, cancellationToken);

    public Task<JsonAnswer?> RemoveAsync(
        PackageName name, string owner, Caller.Member member, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        RunAsync(name, revision: null, owners => [.. owners.Where(other => other != owner)], member, ask, cancellationToken);

    private Task<JsonAnswer?> RunAsync(
        PackageName name, string? revision, Func<IReadOnlyCollection<string>, IReadOnlyCollection<string>> change, Caller.Member member,
        Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var (package, denial) = await PackageRights.FindToChangeAsync(commit.Db, name, revision, member, stop);
            if (package is null)
            {
                return denial?.ToAnswer();
            }
            var before = await PackageRights.OwnerNamesAsync(commit.Db, package.Id, stop);
            var after = change(before).Distinct(StringComparer.Ordinal).ToList();
            var (added, unknown) = await PeopleAsync(commit.Db, [.. after.Except(before)], stop);
            if (unknown is not null)
            {
                return unknown.ToAnswer();
            }
            if (after.Count == 0 && await PackageRights.ScopeAsync(commit.Db, package.Scope, stop) is not { OrganisationId: not null })
            {
                return LastOwner(name).ToAnswer();
            }
            await WriteAsync(commit, package, added, [.. before.Except(after)], member, stop);
            return null;
        }, cancellationToken);

    private static async Task<(IReadOnlyList<PersonRow> People, Denial? Denial)> PeopleAsync(RegistryDb db, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var people = await db.People.Where(row => names.Contains(row.Name)).ToListAsync(cancellationToken);
        return names.Except(people.Select(person => person.Name)).FirstOrDefault() is { } unknown
            ? ([], new Denial(StatusCodes.Status404NotFound, "person-not-found", $"There is no person named {unknown}."))
            : (people, null);
    }

    private static async Task WriteAsync(
        Commit commit, PackageRow package, IReadOnlyList<PersonRow> added, IReadOnlyList<string> removed, Caller.Member member, CancellationToken cancellationToken)
    {
        foreach (var person in added)
        {
            commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = package.Id, PersonId = person.Id, Since = commit.Now });
            commit.Record(member, "owner.added", package.Name, person.Name);
        }
        foreach (var name in removed)
        {
            await commit.Db.PackageOwners
                .Where(row => row.PackageId == package.Id && commit.Db.People.Any(person => person.Id == row.PersonId && person.Name == name)).ExecuteDeleteAsync(cancellationToken);
            commit.Record(member, "owner.removed", package.Name, name);
        }
        if (added.Count + removed.Count > 0)
        {
            PackageRights.Touch(commit, package);
        }
    }

    private static Denial LastOwner(PackageName name) => new(
        StatusCodes.Status409Conflict, "last-owner",
        $"{name} has to have an owner: no organisation owns its scope. Add somebody else first: npm owner add NAME {name}");
}
