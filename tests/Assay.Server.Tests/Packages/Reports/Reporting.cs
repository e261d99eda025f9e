using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages.Reports;

/// <summary>What tests of reports do again and again.</summary>
internal static class ReportingExtensions
{
    public const string Path = "/-/assay/v1/reports";

    public static JsonObject Report(string kind = "vulnerability", string text = "it parses with eval", string? version = null)
    {
        var report = new JsonObject { ["kind"] = kind, ["text"] = text };
        if (version is not null)
        {
            report["version"] = version;
        }
        return report;
    }

    public static Task<HttpResponseMessage> ReportAsync(this RegistryApp app, string? token, string package, JsonObject report) =>
        app.PostAsync($"/-/assay/v1/package/{package.Replace("/", "%2f", StringComparison.Ordinal)}/reports", token, report);

    /// <summary>One that must be taken: its id.</summary>
    public static async Task<long> ReportedAsync(this RegistryApp app, string token, string package, string kind = "vulnerability", string text = "it parses with eval") =>
        (long)(await (await app.ReportAsync(token, package, Report(kind, text))).ShouldBeAsync(HttpStatusCode.Created))["id"]!;

    public static async Task<IReadOnlyList<JsonObject>> ReportsAsync(this RegistryApp app, string token, string query = "") =>
        [.. (await (await app.GetAsync(Path + query, token)).ShouldBeAsync(HttpStatusCode.OK))["reports"]!.AsArray().Select(report => report!.AsObject())];

    public static Task<HttpResponseMessage> CloseReportAsync(this RegistryApp app, string? token, long id, string outcome = "confirmed", string text = "mended in 1.0.1") =>
        app.PostAsync($"{Path}/{id}/close", token, new JsonObject { ["outcome"] = outcome, ["text"] = text });
}
