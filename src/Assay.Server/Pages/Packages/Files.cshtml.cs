using Assay.Npm;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The files of a version, and one of them.</summary>
internal sealed class FilesPage(ReadPackageHead heads, BrowseVersion browse, IOptions<PackagesOptions> options) : RegistryPage
{
    public PackageHead Head { get; private set; } = null!;

    public BrowsedVersion? Version { get; private set; }

    /// <summary>The file that was opened; null for the list.</summary>
    public ShownFile? Opened { get; private set; }

    /// <summary>Its lines, cut where they are very long.</summary>
    public IReadOnlyList<ShownText> Lines { get; private set; } = [];

    /// <summary>Where it is shown as an image.</summary>
    public string? Image { get; private set; }

    public async Task<IActionResult> OnGetAsync(string package, string? version, [FromQuery] string? path)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Files, version, Stop) is not { } head)
        {
            return Unknown(package);
        }
        var wanted = version ?? head.Latest?.Version ?? "";
        Head = head;
        (Version, var denial) = await browse.FindAsync(head.Name, wanted, Visitor.Caller, Stop);
        if (Version is null)
        {
            IsRefused(denial);
        }
        else if (path is { Length: > 0 })
        {
            await OpenAsync(wanted, path);
        }
        return Page();
    }

    private async Task OpenAsync(string version, string path)
    {
        (Opened, var denial) = await browse.ReadAsync(Head.Name, version, path, Visitor.Caller, Stop);
        IsRefused(denial);
        if (Opened is ShownFile.Text text)
        {
            Lines = [.. ShownText.LinesOf(text.Content).Take(options.Value.LongestDifference).Select(line => ShownText.Of(line, options.Value.LongestShownLine))];
        }
        Image = Opened is ShownFile.Binary && RasterImage.TypeOf(path) is not null ? RawImageEndpoints.AddressOf(Head.Name, version, path) : null;
    }
}
