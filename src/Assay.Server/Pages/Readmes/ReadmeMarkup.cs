using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages.Readmes;

/// <summary>
/// Readmes as HTML that is safe on our pages and loads nothing from elsewhere. What was rendered is kept in memory, by its version and by where its links lead: who
/// may not see a source gets none in the links either.
/// </summary>
internal sealed class ReadmeMarkup : IDisposable
{
    private readonly BrowseVersion browse;
    private readonly FindSource find;
    private readonly string pathBase;
    private readonly PagesOptions options;
    private readonly WithinBudget<Key, string> rendered;
    private readonly SemaphoreSlim rendering = new(Math.Max(1, Environment.ProcessorCount / 2));

    public ReadmeMarkup(BrowseVersion browse, FindSource find, PublicUrl url, IOptions<PagesOptions> options)
    {
        this.browse = browse;
        this.find = find;
        pathBase = url.PathBase;
        this.options = options.Value;
        rendered = new WithinBudget<Key, string>(this.options.ReadmeCacheBytes, (_, html) => (2L * html.Length) + 512);
    }

    /// <summary>What a page with a readme has to allow in its content policy.</summary>
    public IReadOnlyCollection<string> ImageHosts => [.. options.ImageHosts];

    /// <summary>The readme of a version that the caller may read; null when it has none.</summary>
    public async Task<IHtmlContent?> RenderAsync(BrowsedVersion version, Caller caller, CancellationToken cancellationToken)
    {
        var source = (await find.RunAsync(version, caller, cancellationToken))?.Tree;
        var key = new Key(version.Tarball.Key.Hex, version.Package.Facts.Name.Value, version.Facts.Version, source?.ToString());
        return await rendered.GetAsync(key, () => RenderAsync(version, source), cancellationToken) is { } html ? new HtmlString(html) : null;
    }

    /// <summary>The same of a text, not kept.</summary>
    public static string Render(string text, bool isMarkdown, ReadmeLinks links)
    {
        if (!isMarkdown)
        {
            return PlainReadme.Of(text, note: null);
        }
        try
        {
            var html = WellNested.Of(MarkdownHtml.Of(text));
            return new ReadmeDocument(AllowedMarkup.Sanitizer.SanitizeDom(html), links).Finish();
        }
        catch (TooElaborateException)
        {
            return PlainReadme.Of(text, "This readme is too elaborate to be formatted, and is shown as it is written.");
        }
    }

    public void Dispose() => rendering.Dispose();

    private async Task<string?> RenderAsync(BrowsedVersion version, SourceTree? source)
    {
        if (await browse.ReadReadmeAsync(version, options.LongestReadme, CancellationToken.None) is not { } readme)
        {
            return null;
        }
        if (!readme.IsWhole)
        {
            return PlainReadme.Of(readme.Text, $"This readme is longer than {options.LongestReadme} bytes. Its beginning is shown as it is written.");
        }
        var links = new ReadmeLinks(pathBase, version.Package.Facts.Name, version.Facts.Version, version.Listing.Files, source, options.ImageHosts);
        // The worst readme takes seconds: others of its kind wait, and requests do not.
        await rendering.WaitAsync();
        try
        {
            return Render(readme.Text, ReadmeText.IsMarkdown(version.Listing.Readme!), links);
        }
        finally
        {
            rendering.Release();
        }
    }

    private sealed record Key(string Tarball, string Package, string Version, string? Source);
}
