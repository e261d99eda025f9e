using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Blobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary><c>backup</c>, <c>verify</c> and <c>admin gc</c>, as the operator's socket takes it.</summary>
internal static class OperationsAdmin
{
    public static void MapAdminOperations(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/backup", BackupAsync);
        admin.MapPost("/verify", (VerifyRegistry verify, TimeProvider time) => new ProgressAnswer(verify.RunAsync, time));
        admin.MapPost("/gc", CollectAsync);
    }

    private static async Task<IResult> BackupAsync(HttpContext context, BackupRegistry backup, TimeProvider time, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Text("file") is not { } file)
        {
            return problem ?? NpmError.BadRequest("Which file shall the backup be written to?");
        }
        return new ProgressAnswer((progress, stop) => backup.RunAsync(file, progress, stop), time);
    }

    private static async Task<IResult> CollectAsync(HttpContext context, CollectGarbage collect, IOptions<BlobsOptions> options, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var isDryRun = (json as JsonObject)?.Flag("dryRun") == true;
        var found = await collect.RunAsync(isDryRun, Actor.Operator, cancellationToken);
        return JsonAnswer.Lines([
            $"{found.Blobs:N0} blobs that nothing names and that nobody put for {options.Value.GraceHours} hours {(isDryRun ? "would be" : "were")} deleted, {found.Bytes:N0} bytes.",
            .. found.IsHeldBack ? ["A backup or a verification is under way: nothing is deleted meanwhile. Run this again afterwards."] : Array.Empty<string>()]);
    }
}
