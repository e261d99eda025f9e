using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Approving many stages at once.</summary>
internal static class ReleaseSetEndpoints
{
    private const string Route = "/-/assay/v1/release-sets";

    public static void MapReleaseSets(this IEndpointRouteBuilder app)
    {
        app.MapPost(Route, MakeAsync);
        app.MapGet(Route + "/{id}", ShowAsync);
        app.MapPost(Route + "/{id}/approve", ApproveAsync);
    }

    private static async Task<IResult> MakeAsync(HttpContext context, Caller caller, ReleaseSets sets, ReadStages read, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Texts("stages") is not { Count: > 0 and <= ReleaseSets.Most } stages || stages.Distinct().Count() != stages.Count)
        {
            return problem ?? NpmError.BadRequest($"Say {{\"stages\":[ID…]}}, each once, at most {ReleaseSets.Most}.");
        }
        var (setId, denial) = await sets.MakeAsync(member, stages, cancellationToken);
        return setId is null ? denial!.ToAnswer() : JsonAnswer.Created(await ShownAsync(member, setId, read, cancellationToken));
    }

    private static async Task<IResult> ShowAsync(string id, Caller caller, ReadStages read, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (_, denial) = await read.SetAsync(member, id, cancellationToken);
        return denial is null ? JsonAnswer.Ok(await ShownAsync(member, id, read, cancellationToken)) : denial.ToAnswer();
    }

    private static async Task<JsonObject> ShownAsync(Caller.Member member, string id, ReadStages read, CancellationToken cancellationToken)
    {
        var (stages, _) = await read.SetAsync(member, id, cancellationToken);
        return new JsonObject { ["id"] = id, ["stages"] = new JsonArray([.. stages.Select(StageAnswers.Item)]) };
    }

    private static async Task<IResult> ApproveAsync(
        string id, HttpContext context, Caller caller, ReadStages read, ApproveStages approve, SecondFactorGate factor, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (stages, denial) = await read.SetAsync(member, id, cancellationToken);
        if (denial is not null)
        {
            return denial.ToAnswer();
        }
        var act = ApproveStages.AskedOfSet(id, stages);
        var (approval, refusal) = await approve.RunAsync(member, stages, stop => factor.RequireAsync(context, member, act, stop), cancellationToken);
        return refusal ?? StageAnswers.Approved(approval!);
    }
}
