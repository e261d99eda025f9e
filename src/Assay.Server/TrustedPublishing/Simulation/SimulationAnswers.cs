using System.Text.Json.Nodes;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>Simulations in answers and in an operator's terminal. Neither repeats the token, or anything personal.</summary>
internal static class SimulationAnswers
{
    public static JsonObject Of(Simulation simulation)
    {
        var run = simulation.Run;
        return new JsonObject
        {
            ["package"] = simulation.Request.Package.Value,
            ["action"] = simulation.Request.Action.Names()[0],
            ["outcome"] = Outcome(simulation.Refusal),
            ["code"] = simulation.Refusal?.Code,
            ["text"] = simulation.Refusal?.PublicText,
            ["notice"] = simulation.Notice,
            ["token"] = new JsonArray([.. Checks(run).Select(ComparisonJson.Of)]),
            ["binding"] = run.Binding?.Id,
            ["presented"] = run.Claims?.Recital,
            ["claims"] = run.Claims is { } claims ? KeptClaims.Write(claims) : null,
            ["links"] = AttemptAnswers.Links(run.Claims),
            ["rules"] = run.Binding is null ? null : Step(run.Rules ?? run.Claims?.WriteRefusal),
            ["policies"] = new JsonArray([.. Trials(simulation)]),
            ["passedOver"] = new JsonArray([.. simulation.PassedOver.Select(Of)]),
            ["decision"] = simulation.Explanation is { } explanation ? Of(explanation.Decision) : null,
            ["frozen"] = Step(simulation.Frozen),
            ["version"] = IsAboutVersion(simulation) ? Step(simulation.Version) : null,
        };
    }

    public static IEnumerable<string> Lines(Simulation simulation)
    {
        var about = $"{simulation.Request.Action.Names()[0]} {simulation.Request.Package}";
        string[] ends =
        [
            .. simulation.PassedOver.Select(passed => $"    policy {passed.Policy.Id} on {passed.Policy.Target} has no say: {passed.Reason}"),
            .. simulation.Explanation?.Decision is Decision.Granted granted ? [$"    policy {granted.Policy.Id} decides{Learned(granted)}"] : Array.Empty<string>(),
            .. simulation.Notice is { } notice ? [$"    npm would print: {notice}"] : Array.Empty<string>(),
        ];
        return
        [
            $"{about}: {Outcome(simulation.Refusal)}{(simulation.Refusal is { } refusal ? $", {refusal.Code}" : "")}",
            .. Checks(simulation.Run).Select(ComparisonJson.Of).SelectMany(ComparisonJson.Lines),
            .. simulation.Run.Claims is { } claims ? [$"    presented: {claims.Recital}"] : Array.Empty<string>(),
            .. Trials(simulation).SelectMany(ComparisonJson.TrialLines),
            .. ends,
        ];
    }

    private static IEnumerable<TokenCheck> Checks(SimulatedRun run) => run.Restore is { } restore ? run.Token.Append(restore) : run.Token;

    private static string Outcome(Refusal? refusal) => refusal is null ? "granted" : "refused";

    private static IEnumerable<JsonObject> Trials(Simulation simulation) => (simulation.Explanation?.Trials ?? []).Select(ComparisonJson.Of);

    private static bool IsAboutVersion(Simulation simulation) =>
        simulation.Request is not { Version: null, Tag: null } && simulation.Explanation?.Decision is Decision.Granted;

    private static string Learned(Decision.Granted granted) => granted.PinsToLearn.Count == 0
        ? ""
        : $", and would learn {string.Join(", ", granted.PinsToLearn.Select(pin => $"{pin.Key}={pin.Value}"))}";

    private static JsonObject Of(Decision decision) => decision switch
    {
        Decision.Granted granted => new JsonObject
        {
            ["outcome"] = "granted",
            ["policy"] = granted.Policy.Id,
            ["actions"] = new JsonArray([.. granted.Actions.Names().Select(name => JsonValue.Create(name))]),
            ["learns"] = new JsonObject(granted.PinsToLearn.Select(pin => KeyValuePair.Create(pin.Key, (JsonNode?)JsonValue.Create(pin.Value)))),
            ["renames"] = new JsonArray([.. granted.Renames.Select(Of)]),
        },
        Decision.Refused refused => new JsonObject
        {
            ["outcome"] = "refused",
            ["identityMatched"] = refused.IdentityMatched,
            ["code"] = refused.Refusal.Code,
            ["text"] = refused.Refusal.PublicText,
            ["detail"] = refused.Refusal.PrivateDetail,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Of(Rename rename) =>
        new() { ["field"] = rename.Field, ["recorded"] = rename.Recorded, ["presented"] = rename.Presented };

    private static JsonObject Of(PassedOver passed) =>
        new() { ["policy"] = passed.Policy.Id, ["target"] = passed.Policy.Target.Text, ["reason"] = passed.Reason };

    private static JsonObject Step(Refusal? refusal) => new() { ["ok"] = refusal is null, ["code"] = refusal?.Code, ["text"] = refusal?.PublicText };
}
