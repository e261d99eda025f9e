using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary>What load balancers and service managers ask. Anybody may, so that nothing is said but which part does not work.</summary>
internal static class HealthEndpoints
{
    public const string Prefix = "/-/health";

    private static readonly string[] Readable = ["GET", "HEAD"];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods(Prefix + "/live", Readable, () => JsonAnswer.Ok(new JsonObject { ["status"] = "live" }));
        app.MapMethods(Prefix + "/ready", Readable, async (HealthReading health, CancellationToken cancellationToken) =>
            Answer(await health.GetAsync(cancellationToken), withDetail: false));
    }

    /// <summary>The same with its reasons, for the operator.</summary>
    public static void MapAdminHealth(this IEndpointRouteBuilder admin) =>
        admin.MapMethods("/health/ready", Readable, async (HealthReading health, CancellationToken cancellationToken) =>
            Answer(await health.GetAsync(cancellationToken), withDetail: true));

    private static JsonAnswer Answer(HealthReport report, bool withDetail)
    {
        var json = new JsonObject { ["status"] = report.IsReady ? "ready" : "not-ready" };
        if (!report.IsWhole)
        {
            json["checks"] = new JsonArray([.. report.Checks.Select(check => Json(check, withDetail))]);
        }
        return new JsonAnswer(report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json);
    }

    private static JsonObject Json(CheckedHealth check, bool withDetail)
    {
        var json = new JsonObject { ["name"] = check.Name, ["status"] = check.Problem is null ? "ok" : "failed" };
        if (withDetail && check.Problem is { } problem)
        {
            json["detail"] = problem;
        }
        return json;
    }
}
