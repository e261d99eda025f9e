using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>What can be found of one package, and what it needs.</summary>
internal sealed class IndexEntry(IOptions<PackagesOptions> options)
{
    private const int MostReadmeWords = 2_000;

    public async Task WriteAsync(RegistryDb db, PackageRow package, ShownVersions shown, CancellationToken cancellationToken)
    {
        if (!shown.Entries.TryGetValue(package.Id, out var entry))
        {
            db.SearchEntries.Add(entry = new SearchEntryRow { PackageId = package.Id });
        }
        if (shown.Latest.GetValueOrDefault(package.Id) is not { } version)
        {
            await ForgetAsync(db, entry, cancellationToken);
            return;
        }
        var card = ManifestCard.Read(version.FullJson);
        // A version never changes, so what it needs is written once.
        if (entry.VersionId != version.Id)
        {
            await NeedsAsync(db, package.Id, card, cancellationToken);
        }
        Fill(entry, version, card);
        await db.Texts.PutAsync(db, package.Id, Text(package, version, card, shown.Maintainers[package.Id]), cancellationToken);
    }

    private static async Task ForgetAsync(RegistryDb db, SearchEntryRow entry, CancellationToken cancellationToken)
    {
        if (entry.VersionId is null)
        {
            return;
        }
        entry.VersionId = null;
        await db.Dependencies.Where(row => row.PackageId == entry.PackageId).ExecuteDeleteAsync(cancellationToken);
        await db.Texts.RemoveAsync(db, entry.PackageId, cancellationToken);
    }

    private static async Task NeedsAsync(RegistryDb db, long packageId, ManifestCard card, CancellationToken cancellationToken)
    {
        await db.Dependencies.Where(row => row.PackageId == packageId).ExecuteDeleteAsync(cancellationToken);
        db.Dependencies.AddRange(card.Dependencies.Select(dependency => new DependencyRow
        {
            PackageId = packageId,
            Name = dependency.Name,
            Range = dependency.Range,
            Kind = dependency.Kind.ToString().ToLowerInvariant(),
        }));
    }

    private static void Fill(SearchEntryRow entry, VersionRow version, ManifestCard card)
    {
        entry.VersionId = version.Id;
        entry.Description = card.Description;
        entry.Keywords = card.Keywords.Count == 0 ? null : string.Join('\n', card.Keywords);
        entry.KeywordMarks = card.Keywords.Count == 0 ? "" : $"\n{string.Join('\n', card.Keywords).ToLowerInvariant()}\n";
        entry.AuthorMarks = SearchWords.Marked(card.AuthorName);
        entry.License = card.License;
        entry.Homepage = card.Homepage;
        entry.Repository = card.Repository;
        entry.Bugs = card.Bugs;
        entry.IsDeprecated = version.Deprecated is not null;
        entry.IsUnstable = version.Version.StartsWith("0.", StringComparison.Ordinal);
    }

    private IndexedText Text(PackageRow package, VersionRow version, ManifestCard card, IEnumerable<string> maintainers)
    {
        var readme = version.Readme ?? "";
        var longest = Math.Min(readme.Length, options.Value.SearchedReadmeCharacters);
        return new IndexedText
        {
            Name = [.. SearchWords.OfName(package.Name)],
            Keywords = [.. card.Keywords.SelectMany(SearchWords.Of)],
            Description = [.. SearchWords.Of(card.Description)],
            Maintainers = [.. maintainers.SelectMany(SearchWords.Of)],
            Readme = [.. SearchWords.Of(readme[..longest]).Distinct(StringComparer.Ordinal).Take(MostReadmeWords)],
        };
    }
}
