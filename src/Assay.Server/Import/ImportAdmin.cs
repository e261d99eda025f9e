using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Import;

/// <summary><c>import</c>.</summary>
internal static class ImportAdmin
{
    public static void MapAdminImport(this IEndpointRouteBuilder admin) => admin.MapPost("/import", ImportAsync);

    private static async Task<IResult> ImportAsync(HttpContext context, RunImport import, TimeProvider time, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, ImportRequest.MaximumBytes, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (request, wrong) = ImportRequest.Read(json as JsonObject);
        return request is null ? NpmError.BadRequest(wrong) : new ProgressAnswer((progress, stop) => import.RunAsync(request, progress, stop), time);
    }
}
