using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Evaluation;

/// <summary>
/// Decides whether a run may act on a package. It changes nothing: pinning, marking and minting come after a yes, in the caller's commit.
/// </summary>
public static class PolicyEvaluator
{
    /// <param name="package">The name as asked for.</param>
    /// <param name="policies">The package's policies; those of other packages or bindings are passed over.</param>
    /// <param name="claims">Verified claims of the run.</param>
    /// <param name="wanted">What kind of action the run asks for.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="options">What the operator has set.</param>
    public static Decision Evaluate(
        string package,
        IReadOnlyList<TrustPolicy> policies,
        VerifiedClaims claims,
        ActionClass wanted,
        DateTimeOffset now,
        EvaluatorOptions options)
    {
        if (!claims.Binding.MayPublish(package))
        {
            // Uniform too: the names of a binding can be private.
            return Refuse(package, claims, [], $"{RefusalCodes.IssuerMayNotPublish}: binding {claims.Binding.Id} lacks this name");
        }
        var trials = policies
            .Where(policy => policy.AppliesTo(package, claims.Binding))
            .OrderByDescending(policy => policy.Actions.HasFlag(TrustActions.Publish))
            .ThenBy(policy => policy.Id, StringComparer.Ordinal)
            .Select(policy => PolicyConditions.Try(policy, claims, wanted, now, options))
            .ToList();
        return trials.Find(trial => trial.Passed) is { } passed ? Grant(claims, passed) : Refuse(package, claims, trials, null);
    }

    private static Decision.Granted Grant(VerifiedClaims claims, PolicyTrial trial)
    {
        var policy = trial.Policy;
        var toLearn = trial.Identity is IdentityState.Matched ? [] : claims.Definition.Policy.Pin;
        var renames = trial.Comparisons.Where(comparison => comparison is { IsLabel: true, Matched: false })
            .Select(comparison => new Rename(comparison.Field, policy.Fields[comparison.Field][0], comparison.Actual!)).ToList();
        return new Decision.Granted(policy, policy.Actions, toLearn.ToDictionary(pin => pin.Claim, pin => claims[pin.Claim]!), renames);
    }

    private static Decision.Refused Refuse(string package, VerifiedClaims claims, List<PolicyTrial> trials, string? reason)
    {
        var detail = reason ?? (trials.Count == 0 ? "no policy of this package names this issuer" : string.Join(" | ", trials));
        var nearest = trials.Where(trial => trial.Identity is IdentityState.Matched)
            .MinBy(trial => trial.Comparisons.Count(comparison => comparison.Blocks));
        var refusal = nearest is null ? Uniform(package, claims, detail) : Exact(package, claims, nearest.FirstFailure!, detail);
        return new Decision.Refused(refusal, nearest is not null, trials);
    }

    /// <summary>
    /// One text for unknown, private, policy-less, inert and unmatched: anything more would tell strangers what exists and what to forge.
    /// </summary>
    private static Refusal Uniform(string package, VerifiedClaims claims, string detail) =>
        new(
            RefusalCodes.NoMatchingPolicy,
            $"Trusted publishing refused for {Printable.Value(package)}: no trust policy matches this run. It presented: {claims.Recital}.",
            detail);

    private static Refusal Exact(string package, VerifiedClaims claims, Comparison failure, string detail) =>
        new(
            failure.Code,
            $"Trusted publishing refused for {Printable.Value(package)}: {Printable.Ascii(failure.ToString())}. {failure.Remedy} "
            + $"The run presented: {claims.Recital}.",
            detail);
}
