using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.Evaluation;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>What was asked of a run beside what it presented, as attempts keep it, answers show it and terminals print it.</summary>
internal static class ComparisonJson
{
    public static JsonObject Of(TokenCheck check) => new()
    {
        ["check"] = check.Name,
        ["ok"] = check.IsMet,
        ["expected"] = check.Expected,
        ["presented"] = check.Presented,
        ["code"] = check.Refusal?.Code,
        ["text"] = check.Refusal?.PublicText,
    };

    public static JsonObject Of(PolicyTrial trial) => new()
    {
        ["policy"] = trial.Policy.Id,
        ["target"] = trial.Policy.Target.Text,
        ["effect"] = trial.Policy.Effect.ToString().ToLowerInvariant(),
        ["identity"] = trial.Identity.ToString().ToLowerInvariant(),
        ["applies"] = trial.Allows || trial.Denies,
        ["fields"] = new JsonArray([.. trial.Comparisons.Select(Of)]),
    };

    public static IEnumerable<string> Lines(JsonObject check) =>
        [$"    {Mark(check.Flag("ok"))} {check.Text("check")}: expected {check.Text("expected")}, presented {check.Text("presented")}"];

    public static IEnumerable<string> TrialLines(JsonObject trial)
    {
        var isDeny = trial.Text("effect") == "deny";
        yield return $"    {(isDeny ? "deny" : "policy")} {trial.Text("policy")} on {trial.Text("target")}"
            + (isDeny ? $", {(trial.Flag("applies") == true ? "applies" : "does not apply")}" : $", identity {trial.Text("identity")}");
        foreach (var field in (trial["fields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var label = field.Flag("label") == true ? " (a name only)" : "";
            yield return $"      {Mark(field.Flag("matched"))} {field.Text("field")}: expected {field.Text("expected")}, presented {field.Text("actual") ?? "nothing"}{label}";
        }
    }

    private static JsonObject Of(Comparison comparison) => new()
    {
        ["field"] = comparison.Field,
        ["claim"] = comparison.Claim,
        ["expected"] = comparison.Expected,
        ["actual"] = comparison.Actual,
        ["outcome"] = comparison.Outcome.ToString().ToLowerInvariant(),
        ["matched"] = comparison.Matched,
        ["label"] = comparison.IsLabel,
        ["code"] = comparison.Matched ? null : comparison.Code,
        ["remedy"] = comparison.Matched ? null : comparison.Remedy,
    };

    private static string Mark(bool? isMet) => isMet == true ? "ok " : "NO ";
}
