using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What one version changes against another, down to the lines of a file.</summary>
internal sealed class ComparePage(ReadPackageHead heads, CompareVersions compare) : RegistryPage
{
    private const int FilesOpened = 20;

    public PackageHead Head { get; private set; } = null!;

    public VersionDifference? Difference { get; private set; }

    /// <summary>The files that are shown line by line: one that was asked for, else the first few.</summary>
    public IReadOnlyList<FileDifference> Files { get; private set; } = [];

    public string? Path { get; private set; }

    public string Before { get; private set; } = "";

    public string Now { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string package, string? before, string? now, [FromQuery] string? path)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Versions, version: null, Stop) is not { } head)
        {
            return Unknown(package);
        }
        (Head, Path) = (head, path);
        (Before, Now) = (before ?? "", now ?? "");
        (Difference, var denial) = await compare.RunAsync(head.Name, Before, Now, Visitor.Caller, Stop);
        if (!IsRefused(denial) && Difference is { } difference)
        {
            await OpenAsync(difference, path);
        }
        return Page();
    }

    private async Task OpenAsync(VersionDifference difference, string? path)
    {
        List<FileDifference> opened = [];
        foreach (var wanted in path is null ? difference.Contents.Files.Take(FilesOpened).Select(change => change.Path) : [path])
        {
            var (file, denial) = await compare.FileAsync(difference, wanted, Stop);
            if (IsRefused(denial) || file is null)
            {
                break;
            }
            opened.Add(file);
        }
        Files = opened;
    }
}
