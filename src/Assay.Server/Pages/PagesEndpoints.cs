namespace Assay.Server.Pages;

/// <summary>What people see in a browser.</summary>
internal static class PagesEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapAssets();
        app.MapRazorPages();
    }
}
