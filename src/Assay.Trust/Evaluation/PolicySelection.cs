using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Trust.Evaluation;

/// <summary>Which policies have a say about a name.</summary>
internal static class PolicySelection
{
    /// <summary>
    /// The policies that may allow. One written for the package shuts out the wider ones, whichever issuer it names and even while it waits to
    /// come into force: otherwise a strict policy of a package would be bypassed by a lax one of its scope.
    /// </summary>
    public static IEnumerable<TrustPolicy> Allowing(TrustQuestion question, PolicySet set, IssuerBinding binding)
    {
        var isAlone = IsAlone(question.Names, set, question.Now, question.Options.CoolingOff);
        return set.Policies
            .Where(policy => policy.Effect is PolicyEffect.Allow && policy.Target.Covers(question.Names) && !policy.Life.HasEnded(question.Now))
            .Where(policy => (policy.Target.IsExact || !isAlone) && policy.IsOf(binding))
            .OrderByDescending(policy => policy.Target.Specificity)
            .ThenBy(policy => policy.Id, StringComparer.Ordinal);
    }

    /// <summary>
    /// The policies that deny, of every level: nothing below loosens them. For a pattern, one that speaks of any of its names counts for all.
    /// </summary>
    public static IEnumerable<TrustPolicy> Denying(TrustQuestion question, PolicySet set, IssuerBinding binding) => set.Policies
        .Where(policy => policy.Effect is PolicyEffect.Deny
            && policy.Target.Overlaps(question.Names)
            && policy.Life.IsInForce(question.Now)
            && (policy.BindingId is null || policy.IsOf(binding))
            && (policy.Actions & question.Wanted) != TrustActions.None)
        .OrderBy(policy => policy.Id, StringComparer.Ordinal);

    /// <summary>Whether the package's own policies shut out the wider ones.</summary>
    public static bool IsAlone(NamePattern names, PolicySet set, DateTimeOffset now, TimeSpan coolingOff) =>
        !set.InheritsAt(now)
        && (set.HasUnreadable || set.Policies.Any(policy => policy.Effect is PolicyEffect.Allow
            && policy.Target.IsExact && policy.Target.Covers(names) && ShutsOut(policy.Life, now, coolingOff)));

    /// <summary>
    /// Ending the last policy of a package lets wider ones count again, which widens trust, so it cools off like any other widening. One that
    /// was withdrawn before it came into force leaves nothing behind. Where a second person is asked for, no time is enough.
    /// </summary>
    private static bool ShutsOut(PolicyLife life, DateTimeOffset now, TimeSpan coolingOff) =>
        !life.HasEnded(now) || life.EndsAt > life.EffectiveAt && (life.ShutsOutUntil ?? life.EndsAt + coolingOff) > now;
}
