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
        var page = total <= from ? [] : await SearchQuery.Ordered(db, found, text).Skip(from).Take(size)
            .Select(each => new FoundRow(each.Package.Name, each.Package.ModifiedAt, each.Place, each.Entry)).ToListAsync(cancellationToken);
        return new FoundPackages(total, await CompleteAsync(db, packages, page, cancellationToken));
    }

    // Each by itself and only of the page: a version's row is large.
    private static async Task<IReadOnlyList<FoundPackage>> CompleteAsync(
        RegistryDb db, IQueryable<PackageRow> packages, List<FoundRow> page, CancellationToken cancellationToken)
    {
        var ids = page.ConvertAll(row => row.Entry.PackageId);
        var names = page.ConvertAll(row => row.Name);
        var shown = page.ConvertAll(row => row.Entry.VersionId);
        var versions = await db.Versions.Where(version => shown.Contains(version.Id))
            .Select(version => new FoundVersion(version.Id, version.Version, version.PublishedAt, version.PublisherName, version.PublisherEmail, version.TrustedPublisher))
            .ToDictionaryAsync(version => version.Id, cancellationToken);
        var maintainers = (await db.PackageOwners.Where(owner => ids.Contains(owner.PackageId))
            .Join(db.People, owner => owner.PersonId, person => person.Id, (owner, person) => new { owner.PackageId, person.Name, person.Email })
            .OrderBy(owner => owner.Name).ToListAsync(cancellationToken)).ToLookup(owner => owner.PackageId, owner => new NpmPerson(owner.Name, owner.Email));
        var dependents = await Dependents.Of(db, packages).Where(row => names.Contains(row.Name))
            .GroupBy(row => row.Name).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        return [.. page.Select(row => Of(row, versions[row.Entry.VersionId!.Value]) with
        {
            Maintainers = [.. maintainers[row.Entry.PackageId]],
            Dependents = dependents.GetValueOrDefault(row.Name),
        })];
    }

    private static FoundPackage Of(FoundRow row, FoundVersion version) => new()
    {
        Name = row.Name,
        Version = version.Version,
        PublishedAt = version.PublishedAt,
        ModifiedAt = row.ModifiedAt,
        Match = (SearchMatch)row.Place,
        Description = row.Entry.Description,
        Keywords = row.Entry.Keywords?.Split('\n') ?? [],
        License = row.Entry.License,
        Homepage = row.Entry.Homepage,
        Repository = row.Entry.Repository,
        Bugs = row.Entry.Bugs,
        PublisherName = version.PublisherName,
        PublisherEmail = version.PublisherEmail,
        TrustedPublisher = version.TrustedPublisher,
        IsDeprecated = row.Entry.IsDeprecated,
        IsUnstable = row.Entry.IsUnstable,
    };

    private sealed record FoundRow(string Name, DateTimeOffset ModifiedAt, int Place, SearchEntryRow Entry);

    private sealed record FoundVersion(long Id, string Version, DateTimeOffset PublishedAt, string PublisherName, string PublisherEmail, string? TrustedPublisher);
}
