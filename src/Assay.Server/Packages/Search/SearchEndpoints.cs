using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary><c>npm search</c> and its like.</summary>
internal static class SearchEndpoints
{
    private const int UsualSize = 20;
    private const int LargestSize = 250;

    public static void MapSearch(this IEndpointRouteBuilder app) => app.MapGet("/-/v1/search", SearchAsync);

    // npm also sends how much quality, popularity and maintenance weigh: nothing of it is measured here.
    private static async Task<IResult> SearchAsync(
        HttpRequest request, Caller caller, SearchPackages search, PublicUrl url, IOptions<PackagesOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!request.Query.TryGetValue("text", out var typed))
        {
            return NpmError.BadRequest("'text' query parameter is required", "ERR_TEXT_MISSING");
        }
        var text = SearchText.Parse(typed, options.Value.LongestSearch);
        var size = Math.Min(Number(request, "size", UsualSize), LargestSize);
        var found = await search.RunAsync(text, Number(request, "from", 0), size, caller, cancellationToken);
        return JsonAnswer.Ok(SearchAnswer.Of(found, url, time.GetUtcNow()));
    }

    private static int Number(HttpRequest request, string name, int otherwise) =>
        int.TryParse(request.Query[name], out var number) && number >= 0 ? number : otherwise;
}
