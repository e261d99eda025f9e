using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>Packages that were looked for, as far as the visitor may read them.</summary>
internal sealed class SearchPage(SearchPackages search, IOptions<PackagesOptions> options) : RegistryPage
{
    private const int PageSize = 20;
    private const int Furthest = 10_000;

    /// <summary>As it was typed.</summary>
    public string Typed { get; private set; } = "";

    public FoundPackages Found { get; private set; } = new(0, []);

    public Paging Paging { get; private set; } = new(0, PageSize, 0, "");

    public async Task OnGetAsync([FromQuery] string? q, [FromQuery] int from)
    {
        Typed = (q ?? "").Trim();
        from = Math.Clamp(from, 0, Furthest);
        Found = await search.RunAsync(SearchText.Parse(Typed, options.Value.LongestSearch), from, PageSize, Visitor.Caller, Stop);
        Paging = new Paging(from, PageSize, Found.Total, $"-/search?q={Uri.EscapeDataString(Typed)}");
    }
}
