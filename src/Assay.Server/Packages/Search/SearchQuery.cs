using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

#pragma warning disable CA1862 // These become SQL, which has no kinds of comparison.

namespace Assay.Server.Packages;

/// <summary>A package while it is looked for.</summary>
internal sealed class FoundCandidate
{
    public required PackageRow Package { get; init; }
    public required SearchEntryRow Entry { get; init; }
    public required double Fit { get; init; }

    /// <summary>A <see cref="SearchMatch"/>, once it is known.</summary>
    public int Place { get; init; }
}

/// <summary>What is looked for, as conditions and an order that the database works out.</summary>
internal static class SearchQuery
{
    public static IQueryable<FoundCandidate> Of(RegistryDb db, IQueryable<PackageRow> packages, SearchText text)
    {
        var shown =
            from package in packages
            join entry in db.SearchEntries on package.Id equals entry.PackageId
            where entry.VersionId != null
            select new FoundCandidate { Package = package, Entry = entry, Fit = 0 };
        var found = text.Words.Count == 0 ? shown :
            from candidate in shown
            join hit in db.Texts.Find(db, text.Words) on candidate.Package.Id equals hit.PackageId
            select new FoundCandidate { Package = candidate.Package, Entry = candidate.Entry, Fit = hit.Fit };
        return Qualified(db, found, text);
    }

    /// <summary>
    /// The exact name first, then by how much of the name it is, then by how well the words fit. What is deprecated comes last, but for the exact name: whoever asks for
    /// it by name has to learn that it is.
    /// </summary>
    public static IQueryable<FoundCandidate> Ordered(RegistryDb db, IQueryable<FoundCandidate> found, SearchText text)
    {
        if (text.Words.Count == 0)
        {
            return found.OrderBy(each => each.Entry.IsDeprecated).ThenBy(each => each.Package.Name);
        }
        var (name, within) = (text.Name, "/" + text.Name);
        var boost = text.BoostsExact;
        var inName = db.Texts.FindNames(db, text.Words).Select(hit => hit.PackageId);
        return found
            .Select(each => new FoundCandidate
            {
                Package = each.Package,
                Entry = each.Entry,
                Fit = each.Fit,
                Place = boost && each.Package.Name.ToLower() == name ? (int)SearchMatch.Exact
                    : boost && each.Package.Name.ToLower().EndsWith(within) ? (int)SearchMatch.BaseName
                    : each.Package.Name.ToLower().StartsWith(name) || each.Package.Name.ToLower().Contains(within) ? (int)SearchMatch.Beginning
                    : inName.Contains(each.Package.Id) ? (int)SearchMatch.InName
                    : (int)SearchMatch.Text,
            })
            .OrderBy(each => each.Place == (int)SearchMatch.Exact ? 0 : 1)
            .ThenBy(each => each.Entry.IsDeprecated)
            .ThenBy(each => each.Place)
            .ThenByDescending(each => each.Fit)
            .ThenBy(each => each.Package.Name);
    }

    private static IQueryable<FoundCandidate> Qualified(RegistryDb db, IQueryable<FoundCandidate> found, SearchText text)
    {
        foreach (var author in text.Authors)
        {
            var words = SearchWords.Marked(author);
            found = found.Where(each => words != "" && each.Entry.AuthorMarks.Contains(words));
        }
        foreach (var maintainer in text.Maintainers)
        {
            found = found.Where(each => db.PackageOwners.Any(owner => owner.PackageId == each.Package.Id
                && db.People.Any(person => person.Id == owner.PersonId && person.Name.ToLower() == maintainer)));
        }
        if (text.Scopes.Count > 0)
        {
            found = found.Where(each => each.Package.Scope != null && text.Scopes.Contains(each.Package.Scope.ToLower()));
        }
        // No package is known here to be insecure: advisories say it of ranges of versions.
        return text.Keywords.Aggregate(found, WithKeywords)
            .Where(each => text.IsUnstable == null || each.Entry.IsUnstable == text.IsUnstable)
            .Where(each => text.IsInsecure != true);
    }

    private static IQueryable<FoundCandidate> WithKeywords(IQueryable<FoundCandidate> found, SearchKeywords keywords)
    {
        foreach (var keyword in keywords.NoneOf)
        {
            var mark = $"\n{keyword}\n";
            found = found.Where(each => !each.Entry.KeywordMarks.Contains(mark));
        }
        if (keywords.AnyOf.Count == 0)
        {
            return found;
        }
        var any = keywords.AnyOf
            .Select(all => all.Aggregate(found, (set, keyword) => { var mark = $"\n{keyword}\n"; return set.Where(each => each.Entry.KeywordMarks.Contains(mark)); }))
            .Select(set => set.Select(each => each.Package.Id))
            .Aggregate((one, other) => one.Union(other));
        return found.Where(each => any.Contains(each.Package.Id));
    }
}
