using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Trust.Evaluation;

/// <summary>A policy that has no say in a question, and why not.</summary>
public sealed record PassedOver(TrustPolicy Policy, string Reason)
{
    /// <summary>Of all that was ever said about the names, what <see cref="PolicyEvaluator"/> does not even try.</summary>
    public static IReadOnlyList<PassedOver> Of(TrustQuestion question, PolicySet set, IssuerBinding binding)
    {
        var tried = PolicySelection.Allowing(question, set, binding).Concat(PolicySelection.Denying(question, set, binding)).ToHashSet();
        return [.. set.Policies.Where(policy => !tried.Contains(policy)).Select(policy => new PassedOver(policy, Why(policy, question, binding)))];
    }

    private static string Why(TrustPolicy policy, TrustQuestion question, IssuerBinding binding)
    {
        var isDeny = policy.Effect is PolicyEffect.Deny;
        return policy.Life.HasEnded(question.Now) ? "It has ended."
            : !(isDeny ? policy.Target.Overlaps(question.Names) : policy.Target.Covers(question.Names)) ? $"It speaks of {policy.Target}."
            : policy.BindingId is not null && !policy.IsOf(binding) ? $"It is for runs of issuer binding {policy.BindingId}."
            : isDeny && (policy.Actions & question.Wanted) is TrustActions.None ? $"It denies {string.Join(" and ", policy.Actions.Names())} only."
            : isDeny ? "It is not in force yet."
            : "The package has policies of its own, and does not inherit.";
    }
}
