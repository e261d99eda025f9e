using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Upstream.Advisories;

/// <summary>This registry's own advisories: machine-readable for those who may read the package, and to be issued by administrators.</summary>
internal static class IssuedEndpoints
{
    private const string Route = "/-/assay/v1/advisories";

    public static void MapIssuedAdvisories(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ListAsync);
        app.MapGet(Route + "/{id}", ShowAsync);
        app.MapPost(Route, IssueAsync);
        app.MapPost(Route + "/{id}/withdraw", WithdrawAsync);
    }

    private static async Task<IResult> ListAsync(
        string? package, long? before, Caller caller, IssuedAdvisories issued, PublicUrl url, CancellationToken cancellationToken)
    {
        var (rows, next) = await issued.ListAsync(package, before, caller, cancellationToken);
        return JsonAnswer.Ok(new JsonObject { ["advisories"] = new JsonArray([.. rows.Select(row => IssuedOsv.Document(row, url))]), ["next"] = next });
    }

    private static async Task<IResult> ShowAsync(string id, Caller caller, IssuedAdvisories issued, PublicUrl url, CancellationToken cancellationToken) =>
        await issued.FindAsync(id, caller, cancellationToken) is { } row ? JsonAnswer.Ok(IssuedOsv.Document(row, url))
        : caller is Caller.Member or Caller.Workload ? IssueAdvisory.Unknown(id).ToAnswer()
        : Denials.SignInNeeded(caller);

    private static async Task<IResult> IssueAsync(
        HttpContext context, Caller caller, IssueAdvisory issue, SecondFactorGate gate, PublicUrl url, CancellationToken cancellationToken)
    {
        if (RefuseToAdminister(caller) is { } refused)
        {
            return refused;
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (!AdvisoryDraft.TryRead(json as JsonObject ?? [], out var draft, out var denial))
        {
            return denial.ToAnswer();
        }
        var ask = gate.Asking(context, caller, SensitiveAct.Of($"issue an advisory about {draft.Package}", json).On(draft.Package.Value));
        var (issued, refusal) = await issue.RunAsync(draft, caller.Actor, ask, cancellationToken);
        return issued is null ? refusal! : new JsonAnswer(StatusCodes.Status201Created, IssuedOsv.Document(issued, url)) { Notice = issued.IsMalicious ? ToQuarantine : null };
    }

    private static async Task<IResult> WithdrawAsync(
        string id, HttpContext context, Caller caller, IssuedAdvisories advisories, IssueAdvisory issue, SecondFactorGate gate, PublicUrl url, CancellationToken cancellationToken)
    {
        if (RefuseToAdminister(caller) is { } refused)
        {
            return refused;
        }
        var about = await advisories.FindAsync(id, caller, cancellationToken);
        var ask = gate.Asking(context, caller, SensitiveAct.Of($"withdraw the advisory {id}").On(about is null ? [] : [about.PackageName]));
        var (withdrawn, refusal) = await issue.WithdrawAsync(id, caller.Actor, ask, cancellationToken);
        return withdrawn is null ? refusal! : JsonAnswer.Ok(IssuedOsv.Document(withdrawn, url));
    }

    private const string ToQuarantine =
        "The advisory takes nothing away: the versions are served on until they are quarantined. Preview an incident of the run, person or time that they came from (docs/incidents.md).";

    private static JsonAnswer? RefuseToAdminister(Caller caller) => caller switch
    {
        Caller.Member { IsAdministrator: true } => null,
        Caller.Member => NpmError.Forbidden("Advisories are issued and withdrawn by administrators of this registry.", "administrators-only"),
        _ => Denials.SignInNeeded(caller),
    };
}
