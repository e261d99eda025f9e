using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.Upstream.Advisories;

/// <summary>What <c>npm audit</c> asks, also silently with each installation.</summary>
internal static class AdvisoriesEndpoints
{
    private static readonly Denial OldAudit = new(
        StatusCodes.Status404NotFound,
        AskAdvisories.NotOfferedCode,
        "The audit of npm 6 is not offered here. npm 7 and later, pnpm, Yarn and Bun ask for advisories at /-/npm/v1/security/advisories/bulk.");

    public static void MapAdvisories(this IEndpointRouteBuilder app)
    {
        // Every install asks; nothing changes.
        var asking = app.MapGroup("/-/npm/v1/security").WithMetadata(new CountsAsAttribute(RequestCost.Read));
        asking.MapPost("/advisories/bulk", BulkAsync);
        asking.MapPost("/audits/quick", Old);
        asking.MapPost("/audits", Old);
    }

    private static async Task<IResult> BulkAsync(
        HttpContext context, Caller caller, AskAdvisories advisories, AuditReaderRules readers, CancellationToken cancellationToken)
    {
        if (!readers.MayAsk(caller))
        {
            return Denials.SignInNeeded(caller);
        }
        var (asked, problem) = await AuditRequest.ReadAsync(context.Request, cancellationToken);
        return problem ?? await advisories.RunAsync(asked!, caller, cancellationToken) switch
        {
            AdvisoryAnswer.Known known => new JsonAnswer(StatusCodes.Status200OK, known.Packages) { Notice = known.Notice },
            AdvisoryAnswer.Unknown unknown => unknown.Denial.ToAnswer(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static JsonAnswer Old(Caller caller, AuditReaderRules readers) =>
        readers.MayAsk(caller) ? OldAudit.ToAnswer() : Denials.SignInNeeded(caller);
}
