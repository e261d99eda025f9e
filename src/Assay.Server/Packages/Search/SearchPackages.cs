using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Finds packages by what is said of them, among those that the caller may read.</summary>
internal sealed class SearchPackages(RegistryDbSource source, ReadablePackages readable)
{
    /// <param name="text">What is looked for; without words and qualifiers everything is.</param>
    /// <param name="from">How many to pass over.</param>
    /// <param name="size">How many at most.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<FoundPackages> RunAsync(SearchText text, int from, int size, Caller caller, CancellationToken cancellationToken)
    {
        if (text.IsWithoutWords)
        {
            return new FoundPackages(0, []);
        }
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var packages = await readable.OfAsync(db, caller, cancellationToken);
        var found = SearchQuery.Of(db, packages, text);
        var total = await found.CountAsync(cancellationToken);
        var page = total <= from ? [] : await SearchQuery.Ordered(db, found, text).Skip(from).Take(size).Select(Shown).ToListAsync(cancellationToken);
        return new FoundPackages(total, await CompleteAsync(db, packages, page, cancellationToken));
    }

    private static async Task<IReadOnlyList<FoundPackage>> CompleteAsync(
        RegistryDb db, IQueryable<PackageRow> packages, List<FoundRow> page, CancellationToken cancellationToken)
    {
        var ids = page.ConvertAll(row => row.Id);
        var names = page.ConvertAll(row => row.Package.Name);
        var maintainers = (await db.PackageOwners.Where(owner => ids.Contains(owner.PackageId))
            .Join(db.People, owner => owner.PersonId, person => person.Id, (owner, person) => new { owner.PackageId, person.Name, person.Email })
            .OrderBy(owner => owner.Name).ToListAsync(cancellationToken)).ToLookup(owner => owner.PackageId, owner => new NpmPerson(owner.Name, owner.Email));
        var dependents = await Dependents.Of(db, packages).Where(row => names.Contains(row.Name))
            .GroupBy(row => row.Name).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        return [.. page.Select(row => row.Package with
        {
            Keywords = row.Keywords?.Split('\n') ?? [],
            Maintainers = [.. maintainers[row.Id]],
            Dependents = dependents.GetValueOrDefault(row.Package.Name),
        })];
    }

    private static readonly System.Linq.Expressions.Expression<Func<FoundCandidate, FoundRow>> Shown = found => new FoundRow(
        found.Package.Id,
        found.Entry.Keywords,
        new FoundPackage
        {
            Name = found.Package.Name,
            Version = found.Version.Version,
            PublishedAt = found.Version.PublishedAt,
            ModifiedAt = found.Package.ModifiedAt,
            Match = (SearchMatch)found.Place,
            Description = found.Entry.Description,
            License = found.Entry.License,
            Homepage = found.Entry.Homepage,
            Repository = found.Entry.Repository,
            Bugs = found.Entry.Bugs,
            PublisherName = found.Version.PublisherName,
            PublisherEmail = found.Version.PublisherEmail,
            TrustedPublisher = found.Version.TrustedPublisher,
            IsDeprecated = found.Entry.IsDeprecated,
            IsUnstable = found.Entry.IsUnstable,
        });

    private sealed record FoundRow(long Id, string? Keywords, FoundPackage Package);
}
