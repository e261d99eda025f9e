using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>How often a package is fetched, for programs; its page draws the same.</summary>
internal static class DownloadEndpoints
{
    private const int UsualDays = 30;
    private const int MostDays = 400;

    public static void MapDownloads(this IEndpointRouteBuilder app) => app.MapGet("/-/assay/v1/package/{package}/downloads", DownloadsAsync);

    private static async Task<JsonAnswer> DownloadsAsync(
        string package, HttpRequest request, Caller caller, PackageDocuments documents, ReadDownloads downloads, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadingEndpoints.ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null || !PackageName.TryParse(package, null, out var name))
        {
            return denial!;
        }
        if (DaysOf(request.Query["days"]) is not { } days)
        {
            return NpmError.BadRequest($"'days' is a number from 1 to {MostDays}; '{request.Query["days"]}' is not.");
        }
        return await downloads.OfPackageAsync(name, days, caller, cancellationToken) is { } read
            ? JsonAnswer.Ok(Written(name, read))
            : NpmError.NotFound($"{name} is not in this registry, or you may not read it.");
    }

    private static int? DaysOf(string? text) => string.IsNullOrEmpty(text)
        ? UsualDays
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays ? days : null;

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
