using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Trust.Evaluation;

/// <summary>What a policy is worth at a moment, by itself.</summary>
public enum PolicyState
{
    /// <summary>It widens trust and cools off.</summary>
    Waiting,
    InForce,

    /// <summary>In force, with its end already set.</summary>
    Ending,

    /// <summary>It did not learn its ids in time.</summary>
    Inert,

    /// <summary>It was not used for too long.</summary>
    Idle,
    Ended,
}

/// <summary>Where a policy stands: its state, and whether it counts for a name beside the others that speak of it.</summary>
public sealed record PolicyStanding(TrustPolicy Policy, PolicyState State, bool IsShutOut)
{
    public bool Counts => State is PolicyState.InForce or PolicyState.Ending && !IsShutOut;

    /// <summary>The policies that cover the names and have not ended, denies first, then the more specific.</summary>
    public static IReadOnlyList<PolicyStanding> Of(
        NamePattern names, PolicySet set, DateTimeOffset now, EvaluatorOptions options, Func<TrustPolicy, ProviderDefinition?> definitionOf)
    {
        var isAlone = PolicySelection.IsAlone(names, set, now, options.CoolingOff);
        return [.. set.Policies
            .Where(policy => policy.Target.Covers(names) && !policy.Life.HasEnded(now))
            .OrderByDescending(policy => policy.Effect is PolicyEffect.Deny)
            .ThenByDescending(policy => policy.Target.Specificity)
            .ThenBy(policy => policy.Id, StringComparer.Ordinal)
            .Select(policy => new PolicyStanding(
                policy,
                StateOf(policy, definitionOf(policy), now, options),
                isAlone && policy.Effect is PolicyEffect.Allow && !policy.Target.IsExact))];
    }

    public static PolicyState StateOf(TrustPolicy policy, ProviderDefinition? definition, DateTimeOffset now, EvaluatorOptions options)
    {
        var isUnpinned = definition is not null && !policy.IsPinned(definition);
        return policy.Life.HasEnded(now) ? PolicyState.Ended
            : policy.Life.EffectiveAt > now ? PolicyState.Waiting
            : ExpiresAt(policy, definition, options) < now ? (isUnpinned ? PolicyState.Inert : PolicyState.Idle)
            : policy.Life.EndsAt is null || policy.Life.EndsAt == PolicyLife.Unknown ? PolicyState.InForce : PolicyState.Ending;
    }

    /// <summary>When a policy that allows becomes inert or idle if no run uses it; null for one that denies.</summary>
    public static DateTimeOffset? ExpiresAt(TrustPolicy policy, ProviderDefinition? definition, EvaluatorOptions options) =>
        policy.Effect is PolicyEffect.Deny ? null
        : definition is not null && !policy.IsPinned(definition) ? policy.Life.ArmedAt + options.UnpinnedLifetime
        : policy.Life.LastConfirmedAt + options.IdleLifetime;
}
