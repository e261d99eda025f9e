using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Operations;
using Assay.Server.Packages;
using Assay.Server.Pages.Readmes;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A package: what it is, how it is installed, where it came from.</summary>
internal sealed class PackagePage(
    ReadPackageHead heads, BrowseVersion browse, ReadmeMarkup readmes, TellOrigin origins, ListDependents dependents, ReadDownloads downloads, PublicUrl url) : RegistryPage
{
    private const int ChartedDays = 90;

    public PackageHead Head { get; private set; } = null!;

    /// <summary>What the newest version says of itself; null when every version is gone.</summary>
    public ManifestCard? Card { get; private set; }

    /// <summary>Safe: <see cref="ReadmeMarkup"/> made it.</summary>
    public IHtmlContent? Readme { get; private set; }

    public VersionStory? Story { get; private set; }

    public int DependentCount { get; private set; }

    public (DownloadTotals Totals, IReadOnlyList<DatedCount> Days)? Downloads { get; private set; }

    /// <summary>Downloads a day.</summary>
    public Bars? Chart => Downloads is { Days: [var first, ..] days } ? new Bars("downloads", new Trend("Downloads", "downloads", [.. days.Select(day => day.Count)]), first.Date) : null;

    public Uri Registry => url.Base;

    public PackumentFacts Facts => Head.Package!.Facts;

    public async Task<IActionResult> OnGetAsync(string package)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Overview, version: null, Stop) is not { } head)
        {
            return Unknown(package);
        }
        Head = head;
        DependentCount = (await dependents.RunAsync(head.Name, 0, 0, Visitor.Caller, Stop))?.Total ?? 0;
        Downloads = await downloads.OfDaysAsync(head.Name, ChartedDays, Visitor.Caller, Stop);
        if (head.Latest is { } latest)
        {
            Card = ManifestCard.Read(latest.FullJson);
            Story = await origins.OfAsync(head.Name, latest.Version, Visitor.Caller, Stop);
            await RenderReadmeAsync(latest.Version);
        }
        return Page();
    }

    private async Task RenderReadmeAsync(string version)
    {
        // A tarball that cannot be read is told on the pages of its files; what else is known of the package is shown all the same.
        if ((await browse.FindAsync(Head.Name, version, Visitor.Caller, Stop)).Version is { } browsed)
        {
            Readme = await readmes.RenderAsync(browsed, Visitor.Caller, Stop);
            ContentPolicy.Apply(HttpContext, readmes.ImageHosts);
        }
    }
}
