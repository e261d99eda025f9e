using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Trust.Evaluation;

/// <summary>Something about a policy that its owners should look at: a stable code, and a sentence that says what to do.</summary>
public sealed record HygieneFinding(string Code, string Text);

/// <summary>What the policy itself does not know.</summary>
/// <param name="CreatorHasLeft">Whoever wrote it is gone, or may not write such a policy any more.</param>
/// <param name="PublishedPackages">What was published under it, and under those that it replaced.</param>
public sealed record PolicyFacts(bool CreatorHasLeft, IReadOnlyList<string> PublishedPackages)
{
    public static PolicyFacts None { get; } = new(CreatorHasLeft: false, []);
}

/// <summary>What is wrong with a policy although it works.</summary>
public static class PolicyHygiene
{
    public const string CreatorHasLeft = "creator-has-left";
    public const string Inert = "inert";
    public const string Idle = "idle";
    public const string NeverUsed = "never-used";
    public const string UnusedForLong = "unused-for-long";
    public const string ExpiresSoon = "expires-soon";
    public const string Unpinned = "unpinned";
    public const string NamesOnly = "names-only";
    public const string GateAny = "gate-any";
    public const string GateDeclared = "gate-declared";
    public const string WiderThanUsed = "wider-than-used";

    private static readonly TimeSpan Long = TimeSpan.FromDays(90);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static IReadOnlyList<HygieneFinding> Findings(
        TrustPolicy policy, ProviderDefinition? definition, PolicyFacts facts, DateTimeOffset now, EvaluatorOptions options)
    {
        var state = PolicyStanding.StateOf(policy, definition, now, options);
        if (state is PolicyState.Ended)
        {
            return [];
        }
        List<HygieneFinding> findings = [];
        if (facts.CreatorHasLeft)
        {
            findings.Add(new(CreatorHasLeft, "Whoever wrote it has left or may not write it any more. Re-arm it to answer for it yourself, or end it."));
        }
        if (policy.Effect is PolicyEffect.Allow && definition is not null)
        {
            findings.AddRange(Use(policy, definition, state, now, options));
            findings.AddRange(Strength(policy, definition));
            findings.AddRange(Width(policy, facts));
        }
        return findings;
    }

    private static IEnumerable<HygieneFinding> Use(
        TrustPolicy policy, ProviderDefinition definition, PolicyState state, DateTimeOffset now, EvaluatorOptions options)
    {
        var expires = PolicyStanding.ExpiresAt(policy, definition, options)!.Value;
        switch (state)
        {
            case PolicyState.Inert:
                yield return new(Inert, $"It learned no ids by {Day(expires)} and grants nothing. Re-arm it, or end it.");
                yield break;
            case PolicyState.Idle:
                yield return new(Idle, $"It was last confirmed {Day(policy.Life.LastConfirmedAt)} and grants nothing since {Day(expires)}. Re-arm it, or end it.");
                yield break;
            case PolicyState.Waiting:
                yield break;
        }
        if (policy.Life.LastUsedAt is not { } used)
        {
            yield return new(NeverUsed, "No run has used it yet.");
        }
        else if (now - used > Long)
        {
            yield return new(UnusedForLong, $"No run has used it since {Day(used)}. End it if nobody needs it.");
        }
        if (expires - now < Soon)
        {
            yield return new(ExpiresSoon, $"It grants nothing after {Day(expires)} unless a run uses it or it is re-armed.");
        }
    }

    private static IEnumerable<HygieneFinding> Strength(TrustPolicy policy, ProviderDefinition definition)
    {
        if (definition.Policy.Pin.Any(pin => pin.ByName))
        {
            yield return new(NamesOnly, $"{definition.DisplayName} has no stable ids: whoever takes over the name is trusted.");
        }
        else if (!policy.IsPinned(definition))
        {
            yield return new(Unpinned, "It knows the project by name only until its first success. Give the ids to know it at once.");
        }
        if (policy.Gate is Gate.Declared)
        {
            yield return new(GateDeclared, $"{definition.DisplayName} does not confirm the gate. {Gate.Describe(definition, policy)}");
        }
        else if (policy.Gate is Gate.Any && policy.Actions is not TrustActions.Read)
        {
            yield return new(GateAny, "It has no release gate: any run of the workflow may stage a version.");
        }
    }

    private static IEnumerable<HygieneFinding> Width(TrustPolicy policy, PolicyFacts facts)
    {
        if (!policy.Target.IsExact && facts.PublishedPackages is [var only])
        {
            yield return new(WiderThanUsed, $"It covers {policy.Target} but has only ever published {only}. A policy of {only} alone would do.");
        }
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
