using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Transparency;

/// <summary><c>admin log show|check|reopen</c>.</summary>
internal static class LogAdmin
{
    public static void MapAdminLog(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/log/show", ShowAsync);
        admin.MapPost("/log/check", CheckAsync);
        admin.MapPost("/log/reopen", ReopenAsync);
    }

    private static async Task<IResult> ShowAsync(RegistryDbSource source, LogKeys keys, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var origin = await LogReading.OriginAsync(db, cancellationToken);
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        return JsonAnswer.Lines([
            $"{origin}  {newest.Size} leaves  newest checkpoint {newest.At:u}{(newest.Witnessed is null ? "" : ", witnessed")}",
            .. (await keys.ListAsync(cancellationToken)).Select(row => Line(row, origin))]);
    }

    private static async Task<IResult> CheckAsync(CheckLog check, CancellationToken cancellationToken)
    {
        try
        {
            await check.RunAsync(cancellationToken);
            return JsonAnswer.Lines("Leaves, tiles, checkpoint and stored versions agree.");
        }
        catch (StartRefused problem)
        {
            return NpmError.Conflict(problem.Message, "log-disagrees");
        }
    }

    private static async Task<IResult> ReopenAsync(HttpContext context, ReopenLog reopen, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Text("origin") is not { } origin || !LogOrigin.IsValid(origin))
        {
            return problem ?? NpmError.BadRequest("Which name? Give one that this log never had, like log2.npm.acme.example.");
        }
        var before = await reopen.RunAsync(origin, Actor.Operator, cancellationToken);
        return JsonAnswer.Lines($"The log was {before} and is {origin} from now on.", "Monitors and witnesses know it as another log: tell those who run them why.");
    }

    private static string Line(SigningKeyRow row, string origin) =>
        $"  {LogKeys.NoteKeyOf(row, origin)}  {(row.ExpiresAt is { } end ? $"until {end:u}" : "in use")}";
}
