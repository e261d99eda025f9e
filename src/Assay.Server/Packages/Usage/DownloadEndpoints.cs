using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>How often a package is fetched, for programs; its page draws the same.</summary>
internal static class DownloadEndpoints
{
    private const int UsualDays = 30;

    public static void MapDownloads(this IEndpointRouteBuilder app) => app.MapGet("/-/assay/v1/package/{package}/downloads", DownloadsAsync);

    private static async Task<JsonAnswer> DownloadsAsync(
        string package, HttpRequest request, Caller caller, PackageDocuments documents, ReadDownloads downloads, IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadingEndpoints.ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null || !PackageName.TryParse(package, null, out var name))
        {
            return denial!;
        }
        if (DaysOf(request.Query["days"], options.Value.DownloadDays) is not { } days)
        {
            return NpmError.BadRequest($"'days' is a number from 1 to {options.Value.DownloadDays}; '{request.Query["days"]}' is not.");
        }
        return await downloads.OfPackageAsync(name, days, caller, cancellationToken) is { } read
            ? JsonAnswer.Ok(Written(name, read))
            : NpmError.NotFound($"{name} is not in this registry, or you may not read it.");
    }

    private static int? DaysOf(string? text, int most) => string.IsNullOrEmpty(text)
        ? Math.Min(UsualDays, most)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days >= 1 && days <= most ? days : null;

    private static JsonObject Written(PackageName name, PackageDownloads read) => new()
    {
        ["package"] = name.Value,
        ["lastWeek"] = read.Totals.LastWeek,
        ["lastMonth"] = read.Totals.LastMonth,
        ["days"] = Dated(read.Days, "yyyy-MM-dd"),
        ["versions"] = new JsonObject(read.ByVersion.Select(version => KeyValuePair.Create<string, JsonNode?>(version.Key, Dated(version.Value, "yyyy-MM-dd")))),
        ["months"] = Dated(read.Months, "yyyy-MM"),
    };

    private static JsonObject Dated(IReadOnlyList<DatedCount> counts, string format) =>
        new(counts.Select(count => KeyValuePair.Create<string, JsonNode?>(count.Date.ToString(format, CultureInfo.InvariantCulture), count.Count)));
}
