using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The packages that need this one, as far as the visitor may read them.</summary>
internal sealed class DependentsPage(ReadPackageHead heads, ListDependents dependents) : RegistryPage
{
    private const int PageSize = 50;
    private const int Furthest = 100_000;

    public PackageHead Head { get; private set; } = null!;

    public FoundDependents Found { get; private set; } = new(0, []);

    public Paging Paging { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string package, [FromQuery] int from)
    {
        from = Math.Clamp(from, 0, Furthest);
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Dependents, version: null, Stop) is not { } head
            || await dependents.RunAsync(head.Name, from, PageSize, Visitor.Caller, Stop) is not { } found)
        {
            return Unknown(package);
        }
        (Head, Found) = (head, found);
        Paging = new Paging(from, PageSize, found.Total, $"{head.Address}/dependents");
        return Page();
    }
}
