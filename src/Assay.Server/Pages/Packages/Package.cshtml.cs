using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A package: what it is, how it is installed, where it came from.</summary>
internal sealed class PackagePage(ReadPackageHead heads) : RegistryPage
{
    public PackageHead Head { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string package)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Overview, Stop) is not { } head)
        {
            return Unknown(package);
        }
        Head = head;
        return Page();
    }
}
