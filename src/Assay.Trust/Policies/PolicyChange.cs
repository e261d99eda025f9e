using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>
/// What a change of trust does. It widens unless it is proved here that every run which may do something afterwards could do it before: what
/// cannot be compared counts as wider, so that a mistake makes an owner wait and lets nobody in.
/// </summary>
/// <remarks>Times are no part of it: a policy is compared by what it says, not by whether it has cooled off or lies idle.</remarks>
public static class PolicyChange
{
    /// <summary>Whether letting <paramref name="to"/> take the place of <paramref name="from"/> may let a run do more; null is no policy.</summary>
    /// <param name="from">What ends.</param>
    /// <param name="to">What begins.</param>
    /// <param name="definition">Of the provider that both name; null for denies that hold for every issuer.</param>
    public static bool Widens(TrustPolicy? from, TrustPolicy? to, ProviderDefinition? definition) => (from, to) switch
    {
        (null, null) => false,
        (_, null) => from.Effect is PolicyEffect.Deny,
        (null, _) => to.Effect is PolicyEffect.Allow,
        ({ Effect: PolicyEffect.Allow }, { Effect: PolicyEffect.Deny }) => false,
        ({ Effect: PolicyEffect.Deny }, { Effect: PolicyEffect.Allow }) => true,
        ({ Effect: PolicyEffect.Allow }, _) => !AllowsWithin(to, from, definition),
        _ => !DeniesWithin(from, to, definition),
    };

    private static bool AllowsWithin(TrustPolicy narrow, TrustPolicy wide, ProviderDefinition? definition) =>
        definition is not null
        && narrow.ProviderId == definition.Id
        && narrow.BindingId == wide.BindingId
        && narrow.ProviderId == wide.ProviderId
        && SpeaksWithin(narrow, wide, definition)
        && KeepsIds(narrow, wide, definition)
        && KeepsGate(narrow, wide, definition)
        && KeepsLimits(narrow.Limits, wide.Limits)
        && narrow.Divert.Covers(wide.Divert);

    /// <summary>A deny for every issuer holds for each of them.</summary>
    private static bool DeniesWithin(TrustPolicy narrow, TrustPolicy wide, ProviderDefinition? definition) =>
        (wide.BindingId is null || narrow.BindingId == wide.BindingId && narrow.ProviderId == wide.ProviderId)
        && SpeaksWithin(narrow, wide, definition);

    private static bool SpeaksWithin(TrustPolicy narrow, TrustPolicy wide, ProviderDefinition? definition) =>
        wide.Target.Covers(narrow.Target)
        && (narrow.Actions & ~wide.Actions) is TrustActions.None
        && wide.Fields.All(field => KeepsField(field.Key, field.Value, narrow, wide, definition))
        && KeepsCondition(narrow.When, wide.When);

    private static bool KeepsField(string name, IReadOnlyList<string> values, TrustPolicy narrow, TrustPolicy wide, ProviderDefinition? definition)
    {
        if (definition?.Policy.Fields.FirstOrDefault(field => field.Name == name) is not { } field)
        {
            return false;
        }
        // Once the ids are known, a label decides nothing.
        if (field.Label && wide.Effect is PolicyEffect.Allow && narrow.IsPinned(definition) && wide.IsPinned(definition))
        {
            return true;
        }
        return narrow.Fields.TryGetValue(name, out var kept)
            && (Matcher.Find(field.With)!.Every ? values.All(kept.Contains) : kept.All(values.Contains));
    }

    private static bool KeepsCondition(Condition? narrow, Condition? wide) =>
        wide is null || narrow is not null && (narrow == wide || Parts(wide).All(Parts(narrow).Contains));

    private static IReadOnlyList<Condition> Parts(Condition condition) => condition is Condition.All all ? all.Parts : [condition];

    /// <summary>Ids that are given to a policy without any turn its names into labels: another project may be behind them.</summary>
    private static bool KeepsIds(TrustPolicy narrow, TrustPolicy wide, ProviderDefinition definition) =>
        wide.Pins.All(pin => narrow.Pins.GetValueOrDefault(pin.Key) == pin.Value)
        && (wide.IsPinned(definition) || !narrow.IsPinned(definition));

    /// <summary>Naming a field can add an alternative to what proves a release.</summary>
    private static bool KeepsGate(TrustPolicy narrow, TrustPolicy wide, ProviderDefinition definition) => (narrow.Gate, wide.Gate) switch
    {
        (Gate.Proved, Gate.Proved) => Gate.ProvedBy(definition, narrow).All(Gate.ProvedBy(definition, wide).Contains),
        (Gate.Proved, _) => true,
        (Gate.Declared declared, Gate.Declared before) => before.Fields.All(declared.Fields.Contains),
        (Gate.Declared, Gate.Any) or (Gate.Any, Gate.Any) => true,
        _ => false,
    };

    private static bool KeepsLimits(PublishLimits narrow, PublishLimits wide) =>
        (wide.Versions is null || narrow.Versions == wide.Versions)
        && (wide.DistTags.Count == 0 || narrow.DistTags.Count > 0 && narrow.DistTags.All(wide.DistTags.Contains))
        && IsAtMost(narrow.VersionsPerRun, wide.VersionsPerRun)
        && IsAtMost(narrow.PackagesPerRun, wide.PackagesPerRun);

    // Null is the registry's setting, which is not known here; nothing is less than one.
    private static bool IsAtMost(int? narrow, int? wide) => narrow == wide || narrow is 1 || narrow <= wide;
}
