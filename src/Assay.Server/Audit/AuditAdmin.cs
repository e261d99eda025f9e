using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Audit;

/// <summary><c>admin audit</c>.</summary>
internal static class AuditAdmin
{
    public static void MapAdminAudit(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/audit/list", ListAsync);
        admin.MapPost("/audit/export", ExportAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ReadAudit audit, CancellationToken cancellationToken)
    {
        var (filter, _, problem) = await ReadAsync(context, cancellationToken);
        if (filter is null)
        {
            return problem!;
        }
        var page = await audit.PageAsync(filter, cancellationToken);
        return page.Events.Count == 0
            ? JsonAnswer.Lines("Nothing like that was recorded.")
            : JsonAnswer.Lines([.. page.Events.Select(Line), .. page.Next is { } next ? [$"There is more: --before {next}"] : Array.Empty<string>()]);
    }

    private static async Task<IResult> ExportAsync(
        HttpContext context, ReadAudit audit, CommitQueue commits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (filter, body, problem) = await ReadAsync(context, cancellationToken);
        if (filter is null)
        {
            return problem!;
        }
        if (body.Text("file") is not { Length: > 0 } file || !Path.IsPathFullyQualified(file))
        {
            return NpmError.BadRequest("Which file shall it be written to?");
        }
        return new ProgressAnswer((_, stop) => ToFileAsync(file, filter, audit, commits, stop), time);
    }

    private static async Task<ProgressOutcome> ToFileAsync(
        string file, AuditFilter filter, ReadAudit audit, CommitQueue commits, CancellationToken cancellationToken)
    {
        var part = file + ".part";
        long written;
        try
        {
            var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                how.UnixCreateMode = PrivateFile.OnlyOwner;
            }
            await using (var output = new FileStream(part, how))
            {
                written = await ExportAnswer.WriteAsync(audit.AllAsync(filter, cancellationToken), withAddress: true, output, cancellationToken);
            }
            File.Move(part, file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ProgressOutcome.Failed($"It cannot be written to {file}: {failure.Message}");
        }
        await commits.RunAsync((commit, _) =>
        {
            commit.Record(Actor.Operator, "audit.exported", $"{written} events", file);
            return Task.FromResult(true);
        }, cancellationToken);
        return ProgressOutcome.Done($"{written} events are in {file}, a JSON object a line, the oldest first.");
    }

    private static async Task<(AuditFilter? Filter, JsonObject Body, IResult? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var body = json as JsonObject ?? [];
        if (problem is not null)
        {
            return (null, body, problem);
        }
        return AuditFilter.TryRead(body.Text, out var filter, out var wrong) ? (filter, body, null) : (null, body, NpmError.BadRequest(wrong));
    }

    private static string Line(AuditEventRow row) =>
        $"{row.Id}  {row.At:u}  {row.Action}  {row.Subject}  by {row.Actor}{(row.Address.Length > 0 ? $" from {row.Address}" : "")}{(row.Detail.Length > 0 ? $": {row.Detail}" : "")}";
}
