using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>Stages as npm and ours show them, and what clients are told of them.</summary>
internal static class StageAnswers
{
    /// <summary>npm prints every further member by its name.</summary>
    public static JsonObject Item(StageRow stage)
    {
        var item = new JsonObject
        {
            ["id"] = stage.StageId,
            ["packageName"] = stage.PackageName,
            ["version"] = stage.Version,
            ["tag"] = stage.Tag,
            ["createdAt"] = JsonTime.Of(stage.CreatedAt),
            ["actor"] = stage.StagerName,
            ["actorType"] = stage.TokenId is null ? "user" : "trusted automation",
            ["shasum"] = stage.Shasum,
            ["integrity"] = Integrity.FromSha512(stage.Sha512).ToString(),
            ["status"] = stage.Status,
            ["expiresAt"] = JsonTime.Of(stage.ExpiresAt),
        };
        if (stage.ReleaseSet is { } set)
        {
            item["releaseSet"] = set;
        }
        if (stage.Diverted is { } why)
        {
            item["diverted"] = why;
        }
        return item;
    }

    public static JsonAnswer Staged(StageRow stage) => JsonAnswer.Created(new JsonObject
    {
        ["message"] = $"{stage.PackageName}@{stage.Version} is staged as {stage.StageId} and waits for approval.",
        ["stageId"] = stage.StageId,
    });

    /// <summary>A publish that became a stage. No success, because clients would print that it is published.</summary>
    public static JsonAnswer Diverted(StageRow stage)
    {
        var text = stage.TakenVersion is null
            ? $"{stage.PackageName}@{stage.Version} was staged as {stage.StageId}, which is over ({stage.Status}). Publish again in another run."
            : $"{stage.PackageName}@{stage.Version} is not published yet: it was staged as {stage.StageId} and waits for approval{(stage.Diverted is { } why ? $", because {why}" : "")}. "
                + $"Somebody who publishes to the package approves it with `npm stage approve {stage.StageId}`.";
        var answer = NpmError.With(StatusCodes.Status403Forbidden, "publish-staged", text, Notices.WithCode(text, "publish-staged"));
        answer.Members!["stageId"] = stage.StageId;
        return answer;
    }

    /// <summary>As for a diverted publish: of what is not published yet, no client shall say that it is.</summary>
    public static JsonAnswer Approved(Approval approval)
    {
        var names = string.Join(", ", approval.Stages.Select(stage => $"{stage.PackageName}@{stage.Version}"));
        return approval.Missing == 0
            ? JsonAnswer.Created(new JsonObject { ["message"] = $"{names} {(approval.Stages.Count == 1 ? "is" : "are")} approved and published." })
            : NpmError.Conflict($"Your approval of {names} is kept. Nothing is published yet: {Counted(approval.Missing)} by other people {(approval.Missing == 1 ? "is" : "are")} needed.", "approvals-missing");
    }

    private static string Counted(int missing) => $"{missing.ToString(CultureInfo.InvariantCulture)} more approval{(missing == 1 ? "" : "s")}";
}
