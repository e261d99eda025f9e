using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Identity;
using Assay.Trust.Policies;

namespace Assay.Server.Packages;

/// <summary>What <c>npm stage</c> asks for.</summary>
internal static class StageEndpoints
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    public static void MapStages(this IEndpointRouteBuilder app)
    {
        app.MapPost("/-/stage/package/{package}", StageAsync);
        app.MapGet("/-/stage", ListAsync);
        app.MapGet("/-/stage/{id}", ShowAsync);
        app.MapGet("/-/stage/{id}/tarball", DownloadAsync);
        app.MapPost("/-/stage/{id}/approve", ApproveAsync);
        app.MapDelete("/-/stage/{id}", RejectAsync);
    }

    // npm runs no flow for one-time passwords here: the second factor is asked of those who approve.
    private static async Task<IResult> StageAsync(
        string package, HttpContext context, Caller caller, WriteGate gate, ReceivePublish receive, PublishPackage publish, PackagesMeter meter,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");
        }
        if (gate.Refuse(caller, name, TrustActions.Publish | TrustActions.Stage) is { } refusal)
        {
            meter.Refused(caller, refusal.Code);
            return refusal;
        }
        await using var staged = receive.NewStage();
        var reading = await receive.ReadAsync(context.Request.Body, staged, cancellationToken);
        var answer = reading is PublishReading.Accepted { Document: var document }
            ? await KeepAsync(name, document, staged, caller, receive, publish, cancellationToken)
            : ReceivePublish.Bad(((PublishReading.Refused)reading).Problem.Code, ((PublishReading.Refused)reading).Problem.Text).ToAnswer();
        if (answer.Code.Length > 0)
        {
            meter.Refused(caller, answer.Code);
        }
        return answer;
    }

    private static async Task<JsonAnswer> KeepAsync(
        PackageName name, PublishDocument document, StagedTarball staged, Caller caller, ReceivePublish receive, PublishPackage publish, CancellationToken cancellationToken)
    {
        var (received, denial) = await receive.JudgeAsync(name, document, staged, cancellationToken);
        if (received is null)
        {
            return denial!.ToAnswer();
        }
        var outcome = await publish.RunAsync(caller, received with { IsStage = true }, (_, stop) => AskedChanges.Nobody(stop), cancellationToken);
        return outcome.Refusal
            ?? (outcome.Stage is { } stage ? StageAnswers.Staged(stage) : NpmError.Conflict($"{name}@{received.Manifest.Version} is published already.", "version-exists"));
    }

    private static async Task<IResult> ListAsync(
        string? page, string? perPage, string? package, Caller caller, ReadStages read, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (number, size) = (Math.Max(0, Number(page, 0)), Math.Clamp(Number(perPage, UsualPage), 1, LargestPage));
        var stages = await read.WaitingAsync(member, package, cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["items"] = new JsonArray([.. stages.Skip((int)Math.Min(int.MaxValue, (long)number * size)).Take(size).Select(StageAnswers.Item)]),
            ["page"] = number,
            ["perPage"] = size,
            ["total"] = stages.Count,
        });
    }

    private static int Number(string? text, int otherwise) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static async Task<IResult> ShowAsync(string id, Caller caller, ReadStageDetails read, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (details, denial) = await read.FindAsync(member, id, cancellationToken);
        return details is null ? denial!.ToAnswer() : JsonAnswer.Ok(Shown(details));
    }

    private static JsonObject Shown(StageDetails details)
    {
        var item = StageAnswers.Item(details.Stage);
        item["access"] = details.Readers == PackageRules.Public ? "public" : "private";
        if (details.Missing is { } missing)
        {
            item["approvedBy"] = string.Join(", ", details.ApprovedBy);
            item["approvalsMissing"] = missing.ToString(CultureInfo.InvariantCulture);
        }
        return item;
    }

    private static async Task<IResult> DownloadAsync(
        string id, HttpResponse response, Caller caller, ReadStages read, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (stage, denial) = await read.FindAsync(member, id, cancellationToken);
        if (stage is null || stage.TakenVersion is null)
        {
            return (denial ?? WaitingStages.Over(id)).ToAnswer();
        }
        // What is approved is cached under its own address; of what is not, nothing shall be left anywhere.
        response.Headers.CacheControl = "no-store";
        return await blobs.OpenAsync(BlobKey.FromSha512(stage.Sha512), cancellationToken) is { } content
            ? TypedResults.Stream(content, "application/octet-stream")
            : NpmError.With(StatusCodes.Status503ServiceUnavailable, "bytes-missing", $"The bytes of {stage.PackageName}@{stage.Version} are missing from the store. Tell the registry's operator.");
    }

    private static async Task<IResult> ApproveAsync(
        string id, HttpContext context, Caller caller, ReadStages read, ApproveStages approve, SecondFactorGate factor, CancellationToken cancellationToken)
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
        var act = ApproveStages.Asked(stage);
        var (approval, refusal) = await approve.RunAsync(member, [stage], stop => factor.RequireAsync(context, member, act, stop), cancellationToken);
        return refusal ?? StageAnswers.Approved(approval!);
    }

    private static async Task<IResult> RejectAsync(
        string id, HttpContext context, Caller caller, RejectStage reject, SecondFactorGate factor, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var refusal = await reject.RunAsync(
            member, id, (stage, stop) => factor.RefuseAsync(context, member, RejectStage.Asked(stage), stop), cancellationToken);
        return refusal is null ? TypedResults.NoContent() : refusal;
    }
}
