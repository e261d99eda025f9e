using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary><c>admin advisories import|show</c>.</summary>
internal static class AdvisoriesAdmin
{
    public static void MapAdminAdvisories(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/advisories/import", ImportAsync);
        admin.MapPost("/advisories/show", ShowAsync);
    }

    private static async Task<IResult> ImportAsync(HttpContext context, ImportAdvisories import, TimeProvider time, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Text("path") is not { Length: > 0 } path)
        {
            return problem ?? NpmError.BadRequest("Import what? Name a file or a directory.");
        }
        return File.Exists(path) || Directory.Exists(path)
            ? new ProgressAnswer((progress, stop) => import.RunAsync(path, progress, stop), time)
            : NpmError.NotFound($"There is no {path}, or the user that the server runs as may not see it.");
    }

    private static async Task<IResult> ShowAsync(
        RegistryDbSource source, TimeProvider time, IOptions<AdvisoriesOptions> options, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await AdvisoryGeneration.NewestAsync(db, cancellationToken) is not { } import)
        {
            return JsonAnswer.Lines("No advisories were imported. Example: ./run admin advisories import npm-all.zip");
        }
        var days = (int)(time.GetUtcNow() - import.KnownUntil).TotalDays;
        return JsonAnswer.Lines(
            $"{import.Advisories} advisories from {import.Source}, imported {import.At:u}",
            $"known until {import.KnownUntil:u}, {days} days ago: audits are {HowAnswered(days, options.Value)}");
    }

    private static string HowAnswered(int days, AdvisoriesOptions options) =>
        days >= options.RefuseAfterDays ? "refused (Assay:Advisories:RefuseAfterDays)"
        : days >= options.WarnAfterDays ? "answered with a notice (Assay:Advisories:WarnAfterDays)"
        : "answered";
}
