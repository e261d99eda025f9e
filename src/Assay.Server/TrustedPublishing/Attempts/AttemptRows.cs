using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>Refused exchanges as rows: what differed, without tokens and without personal data.</summary>
internal static class AttemptRows
{
    /// <summary>A package may have many policies; a refusal that compared them all would be as large as they are.</summary>
    private const int MostTrials = 20;

    public static ExchangeAttemptRow Of(RefusedAttempt attempt) => new()
    {
        PackageName = attempt.Asked.Name.Text,
        Action = string.Join(',', attempt.Asked.Wanted.Names()),
        Issuer = attempt.Issuer,
        BindingId = attempt.Claims?.Binding.Id,
        RefusalCode = attempt.Refusal.Code,
        Text = attempt.Refusal.PublicText,
        Recital = attempt.Claims?.Recital ?? "",
        IsKnownProject = attempt.Presenter is not Presenter.Stranger,
        Comparisons = Differences(attempt).ToJsonString(),
        Claims = attempt.Claims is { } claims ? KeptClaims.Write(claims).ToJsonString() : "{}",
        Address = attempt.Address,
    };

    private static JsonObject Differences(RefusedAttempt attempt)
    {
        var trials = attempt.Decision?.Trials ?? [];
        var nearest = Nearest(trials);
        return new JsonObject
        {
            ["detail"] = attempt.Refusal.PrivateDetail is { Length: <= 1000 } detail && trials.Count == 0 ? detail : null,
            ["token"] = new JsonArray([.. attempt.Checks.Select(ComparisonJson.Of)]),
            ["policies"] = new JsonArray([.. trials.Where(nearest.Contains).Select(ComparisonJson.Of)]),
            ["omitted"] = trials.Count - nearest.Count,
        };
    }

    private static HashSet<PolicyTrial> Nearest(IReadOnlyList<PolicyTrial> trials) =>
    [
        .. trials
            .OrderByDescending(trial => trial.Denies)
            .ThenByDescending(trial => trial.Identity is IdentityState.Matched)
            .ThenBy(trial => trial.Comparisons.Count(comparison => comparison.Blocks))
            .Take(MostTrials),
    ];
}
