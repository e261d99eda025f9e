using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Bindings;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>
/// An owner's rule: which runs may do what to which packages, or may not. One that allows cannot exist without its required fields and a gate.
/// </summary>
public sealed record TrustPolicy
{
    private TrustPolicy(PolicyLife life) => Life = life;

    public PolicyLife Life { get; private init; }

    public string Id => Life.Id;

    public PolicyEffect Effect { get; private init; }

    public NamePattern Target { get; private init; } = NamePattern.Everything;

    /// <summary>Null only for a deny that holds for every issuer.</summary>
    public string? BindingId { get; private init; }

    public string? ProviderId { get; private init; }

    public TrustActions Actions { get; private init; }

    /// <summary>Conditions by field name; all must match, each by any of its values unless its matcher says otherwise.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    public Condition? When { get; private init; }

    public Gate Gate { get; private init; } = new Gate.Proved();

    public PublishLimits Limits { get; private init; } = PublishLimits.None;

    /// <summary>What makes a publish wait for people although it is granted.</summary>
    public DivertRules Divert { get; private init; } = DivertRules.None;

    /// <summary>Stable ids by claim name: given, or learned at the first success.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// Builds a policy, or says in words what is wrong with the draft. Stored policies come back through here too. The definition is that of the
    /// binding's provider, null for a deny that holds for every issuer.
    /// </summary>
    public static bool TryCreate(
        ProviderDefinition? definition, PolicyDraft draft, PolicyLife life, [NotNullWhen(true)] out TrustPolicy? policy, out IReadOnlyList<string> problems)
    {
        List<string> found = [.. PolicyCheck.Shape(definition, draft), .. ConditionCheck.Problems(definition, draft.When)];
        var fields = PolicyCheck.Fields(definition, draft, found);
        var pins = PolicyCheck.Pins(definition, draft, found);
        var gate = PolicyCheck.Gate(definition, draft, fields, found);
        PolicyCheck.Actions(draft, gate, found);
        problems = found;
        policy = found.Count > 0 || gate is null ? null : new TrustPolicy(life)
        {
            Effect = draft.Effect,
            Target = draft.Target,
            BindingId = draft.BindingId,
            ProviderId = definition?.Id,
            Actions = draft.Actions,
            Fields = fields,
            When = draft.When,
            Gate = gate,
            Limits = draft.Limits,
            Divert = draft.Divert,
            Pins = pins,
        };
        return policy is not null;
    }

    /// <summary>The same policy with ids learned at its first success.</summary>
    public TrustPolicy WithPins(IReadOnlyDictionary<string, string> pins) => this with { Pins = pins };

    /// <summary>The same policy at another time.</summary>
    public TrustPolicy WithLife(PolicyLife life) => this with { Life = life };

    /// <summary>Whether every id is known, so that identity no longer rests on names.</summary>
    public bool IsPinned(ProviderDefinition definition) => definition.Policy.Pin.All(pin => Pins.ContainsKey(pin.Claim));

    /// <summary>An id means nothing at another issuer.</summary>
    internal bool IsOf(IssuerBinding binding) => BindingId == binding.Id && ProviderId == binding.ProviderId;
}
