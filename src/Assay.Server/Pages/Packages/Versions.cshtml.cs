using Assay.Npm;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>All versions of a package, the newest first.</summary>
internal sealed class VersionsPage(ReadPackageHead heads, MarkProvenance marks) : RegistryPage
{
    private const int PageSize = 50;

    // More would make the page of a package with thousands of versions slow.
    private const int MostOffered = 200;

    public PackageHead Head { get; private set; } = null!;

    public IReadOnlyList<VersionFacts> Versions { get; private set; } = [];

    /// <summary>The newest versions, to choose two of.</summary>
    public IReadOnlyList<string> Offered { get; private set; } = [];

    /// <summary>There are no others.</summary>
    public bool AreAllOffered => Head.Package!.Facts.Versions.Count <= MostOffered;

    /// <summary>Those of them that this visitor finds provenance of.</summary>
    public IReadOnlySet<string> Proved { get; private set; } = new HashSet<string>();

    /// <summary>Tags by version.</summary>
    public ILookup<string, string> Tags { get; private set; } = null!;

    public Paging Paging { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string package, [FromQuery] int from)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Versions, version: null, Stop) is not { Package: { } read } head)
        {
            return Unknown(package);
        }
        Head = head;
        var all = read.Facts.Versions;
        from = Math.Clamp(from, 0, all.Count);
        // Documents list them in the order of their times.
        Versions = [.. all.Reverse().Skip(from).Take(PageSize)];
        Offered = [.. all.Reverse().Take(MostOffered).Select(version => version.Version)];
        Proved = await marks.OfAsync(head.Name, [.. Versions.Select(version => version.Version)], Visitor.Caller, Stop);
        Tags = read.Facts.DistTags.ToLookup(tag => tag.Value, tag => tag.Key, StringComparer.Ordinal);
        Paging = new Paging(from, PageSize, all.Count, $"{head.Address}/versions");
        return Page();
    }
}
