using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Evaluation;

/// <summary>
/// Decides whether a run may act on a package. It changes nothing: pinning, marking and minting come after a yes, in the caller's commit.
/// </summary>
public static class PolicyEvaluator
{
    public static Decision Evaluate(TrustQuestion question, PolicySet policies, RunClaims claims) => Explain(question, policies, claims).Decision;

    /// <summary>The decision, and how it came about: also for what is granted.</summary>
    public static Explanation Explain(TrustQuestion question, PolicySet policies, RunClaims claims)
    {
        var allowing = Try(PolicySelection.Allowing(question, policies, claims.Binding), claims, question);
        var denying = Try(PolicySelection.Denying(question, policies, claims.Binding), claims, question);
        return new Explanation(Decide(question, claims, allowing, denying), [.. allowing, .. denying]);
    }

    private static Decision Decide(TrustQuestion question, RunClaims claims, List<PolicyTrial> allowing, List<PolicyTrial> denying)
    {
        if (claims.WriteRefusal is { } forbidden && question.Wanted is not TrustActions.Read)
        {
            return new Decision.Refused(forbidden, Known(allowing).Any(), []);
        }
        if (!claims.Binding.Names.Any(names => names.Covers(question.Names)))
        {
            // Uniform too: the names of a binding can be private.
            return Refuse(question, claims, [], $"{RefusalCodes.IssuerMayNotPublish}: binding {claims.Binding.Id} lacks this name");
        }
        if (denying.Find(trial => trial.Denies) is { } denied)
        {
            return Deny(question, claims, [.. allowing, .. denying], denied);
        }
        return Chosen(allowing, question.Wanted) is { } chosen
            ? Grant(question, claims, chosen)
            : Refuse(question, claims, [.. allowing, .. denying], reason: null);
    }

    private static List<PolicyTrial> Try(IEnumerable<TrustPolicy> policies, RunClaims claims, TrustQuestion question) =>
        [.. policies.Select(policy => PolicyConditions.Try(policy, claims, question))];

    /// <summary>Of those that match, the most specific; among equals one that grants what was wanted before one that grants less.</summary>
    private static PolicyTrial? Chosen(List<PolicyTrial> trials, TrustActions wanted) => trials
        .Where(trial => trial.Allows)
        .OrderByDescending(trial => trial.Policy.Target.Specificity)
        .ThenByDescending(trial => trial.Policy.Actions.For(wanted) == wanted)
        .FirstOrDefault();

    private static Decision.Granted Grant(TrustQuestion question, RunClaims claims, PolicyTrial trial)
    {
        var policy = trial.Policy;
        var toLearn = trial.Identity is IdentityState.Matched ? [] : claims.Definition.Policy.Pin;
        var renames = trial.Comparisons.Where(comparison => comparison is { IsLabel: true, Matched: false })
            .Select(comparison => new Rename(comparison.Field, policy.Fields[comparison.Field][0], comparison.Actual ?? "")).ToList();
        return new Decision.Granted(
            policy, policy.Actions.For(question.Wanted), toLearn.ToDictionary(pin => pin.Claim, pin => claims[pin.Claim]!), renames);
    }

    private static Decision.Refused Refuse(TrustQuestion question, RunClaims claims, List<PolicyTrial> trials, string? reason)
    {
        var detail = reason ?? (trials.Count == 0 ? "no policy of this package names this issuer" : string.Join(" | ", trials));
        var nearest = Known(trials).MinBy(trial => trial.Comparisons.Count(comparison => comparison.Blocks));
        return nearest is null
            ? Uniform(question, claims, trials, detail)
            : Exact(question, claims, trials, nearest.FirstFailure!.Code, $"{nearest.FirstFailure}. {nearest.FirstFailure.Remedy}", detail);
    }

    private static Decision.Refused Deny(TrustQuestion question, RunClaims claims, List<PolicyTrial> trials, PolicyTrial denied)
    {
        var detail = string.Join(" | ", trials);
        var conditions = string.Join("; ", denied.Comparisons.Select(comparison => $"{comparison.Field} {comparison.Expected}"));
        var text = $"policy {denied.Policy.Id} on {denied.Policy.Target} denies {string.Join(" and ", (denied.Policy.Actions & question.Wanted).Names())}"
            + $"{(conditions.Length == 0 ? "" : $" where {conditions}")}. Change the run; only those who wrote that policy can lift it.";
        return Known(trials).Any()
            ? Exact(question, claims, trials, RefusalCodes.DeniedByPolicy, text, detail)
            : Uniform(question, claims, trials, detail);
    }

    private static IEnumerable<PolicyTrial> Known(IEnumerable<PolicyTrial> trials) => trials.Where(trial => trial.Identity is IdentityState.Matched);

    /// <summary>
    /// One text for unknown, private, policy-less, inert and unmatched: anything more would tell strangers what exists and what to forge.
    /// </summary>
    private static Decision.Refused Uniform(TrustQuestion question, RunClaims claims, List<PolicyTrial> trials, string detail) => new(
        new Refusal(
            RefusalCodes.NoMatchingPolicy,
            $"Trusted publishing refused for {Printable.Value(question.Names.Text)}: no trust policy matches this run. It presented: {claims.Recital}.",
            detail),
        IdentityMatched: false,
        trials);

    private static Decision.Refused Exact(
        TrustQuestion question, RunClaims claims, List<PolicyTrial> trials, string code, string text, string detail) => new(
        new Refusal(
            code,
            $"Trusted publishing refused for {Printable.Value(question.Names.Text)}: {Printable.Ascii(text)} The run presented: {claims.Recital}.",
            detail),
        IdentityMatched: true,
        trials);
}
