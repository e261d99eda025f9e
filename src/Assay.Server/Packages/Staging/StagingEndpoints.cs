using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Assay.Trust.Refusals;

namespace Assay.Server.Packages;

/// <summary>How a package is staged, and what a stage changes.</summary>
internal static class StagingEndpoints
{
    private const string Route = "/-/assay/v1/package/{package}/staging";
    private const string Approvals = "approvals";
    private const string Days = "days";
    private const string EveryPublish = "everyPublish";

    public static void MapStaging(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ShowAsync);
        app.MapPut(Route, ChangeAsync);
        app.MapGet("/-/assay/v1/stages/{id}/diff", CompareAsync);
    }

    private static async Task<IResult> ShowAsync(string package, Caller caller, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (row, refusal) = await FindAsync(package, member, source, PackageRole.Write, cancellationToken);
        return row is null ? refusal! : JsonAnswer.Ok(Shown(row, time.GetUtcNow()));
    }

    private static JsonObject Shown(PackageRow row, DateTimeOffset now)
    {
        var loosening = new JsonObject();
        if (row.WaitingApprovals(now) is { } fewer)
        {
            loosening[Approvals] = new JsonObject { ["to"] = fewer.To, ["at"] = JsonTime.Of(fewer.At) };
        }
        if (row.WaitingEndOfEvery(now) is { } end)
        {
            loosening[EveryPublish] = new JsonObject { ["to"] = false, ["at"] = JsonTime.Of(end) };
        }
        return new JsonObject
        {
            [Approvals] = row.ApprovalsAt(now),
            [Days] = row.StageDays,
            [EveryPublish] = row.StagesEveryPublishAt(now),
            ["loosening"] = loosening.Count == 0 ? null : loosening,
        };
    }

    private static async Task<IResult> ChangeAsync(
        string package, HttpContext context, Caller caller, StagingSettings settings, SecondFactorGate factor, RegistryDbSource source, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (!PackageName.TryParse(package, null, out var name))
        {
            return PackageRules.Unknown(package).ToAnswer();
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || Read(json) is not { } wanted)
        {
            return problem ?? NpmError.BadRequest(
                $"Say {Approvals} (1 to {StagingSettings.MostApprovals}), {Days} (1 to {StagingSettings.MostDays}), {EveryPublish} (true or false), or several of them.");
        }
        var (_, refusal) = await FindAsync(package, member, source, PackageRole.Admin, cancellationToken);
        refusal ??= await factor.RefuseAsync(context, member, SensitiveAct.Of($"change how {name} is staged", json).On(name.Value), cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var (notice, denial) = await settings.ChangeAsync(name, member, wanted, cancellationToken);
        return denial is null ? Said(notice, await ShowAsync(package, caller, source, time, cancellationToken)) : denial.ToAnswer();
    }

    private static JsonAnswer Said(string notice, IResult shown)
    {
        var answer = (JsonAnswer)shown;
        if (answer.Code.Length > 0 || notice.Length == 0)
        {
            return answer;
        }
        answer.Members!["notice"] = notice;
        return new JsonAnswer(StatusCodes.Status200OK, answer.Members) { Notice = Notice.From(notice) };
    }

    private static async Task<IResult> CompareAsync(
        string id, HttpContext context, Caller caller, ReadStages read, CompareStage compare, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (stage, denial) = await read.FindAsync(member, id, cancellationToken);
        if (stage is null)
        {
            return denial!.ToAnswer();
        }
        var (difference, unfit) = await compare.RunAsync(stage, cancellationToken);
        if (difference is null)
        {
            return unfit!.ToAnswer();
        }
        context.Response.Headers.CacheControl = "no-store";
        return context.Request.Headers.Accept.ToString().Contains("text/plain", StringComparison.Ordinal)
            ? TypedResults.Text(DifferenceText.Of(difference), "text/plain")
            : JsonAnswer.Ok(DifferenceJson.Of(difference));
    }

    private static async Task<(PackageRow? Package, JsonAnswer? Refusal)> FindAsync(
        string package, Caller.Member member, RegistryDbSource source, PackageRole need, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return (null, PackageRules.Unknown(package).ToAnswer());
        }
        await using var db = source.Open();
        var (row, denial) = await PackageRights.FindToSeeAsync(db, name, member, need, cancellationToken);
        return (row, denial?.ToAnswer());
    }

    /// <summary>Null when there is anything else in it, or nothing.</summary>
    private static WantedStaging? Read(JsonNode? json)
    {
        if (json is not JsonObject { Count: > 0 } members || members.Any(member => member.Key is not (Approvals or Days or EveryPublish)))
        {
            return null;
        }
        var wanted = new WantedStaging(members.Number(Approvals), members.Number(Days), members.Flag(EveryPublish));
        var isWhole = (!members.ContainsKey(Approvals) || wanted.Approvals is >= 1 and <= StagingSettings.MostApprovals)
            && (!members.ContainsKey(Days) || wanted.Days is >= 1 and <= StagingSettings.MostDays)
            && (!members.ContainsKey(EveryPublish) || wanted.EveryPublish is not null);
        return isWhole ? wanted : null;
    }
}
