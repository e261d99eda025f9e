using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>An owner's rule: which runs may do what to a package. It cannot exist without its required fields and a gate.</summary>
public sealed record TrustPolicy
{
    private TrustPolicy()
    {
    }

    public string Id { get; private init; } = "";

    public string Package { get; private init; } = "";

    public string BindingId { get; private init; } = "";

    public string ProviderId { get; private init; } = "";

    public TrustActions Actions { get; private init; }

    /// <summary>Conditions by field name; all must match, each by any of its values unless its matcher says otherwise.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    public Gate Gate { get; private init; } = new Gate.Proved();

    /// <summary>Stable ids by claim name: given, or learned at the first success.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; private init; } = new Dictionary<string, string>();

    /// <summary>Since when the policy has been waiting to learn its ids.</summary>
    public DateTimeOffset ArmedAt { get; private init; }

    public int Revision { get; private init; }

    /// <summary>Builds a policy, or says in words what is wrong with the draft. Stored policies come back through here too.</summary>
    public static bool TryCreate(
        ProviderDefinition definition,
        PolicyDraft draft,
        string id,
        DateTimeOffset armedAt,
        int revision,
        [NotNullWhen(true)] out TrustPolicy? policy,
        out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        var fields = PolicyCheck.Fields(definition, draft, found);
        var pins = PolicyCheck.Pins(definition, draft, found);
        var gate = PolicyCheck.Gate(definition, draft, fields, found);
        PolicyCheck.Actions(draft, gate, found);
        problems = found;
        policy = found.Count > 0 || gate is null ? null : new TrustPolicy
        {
            Id = id,
            Package = draft.Package,
            BindingId = draft.BindingId,
            ProviderId = definition.Id,
            Actions = draft.Actions,
            Fields = fields,
            Gate = gate,
            Pins = pins,
            ArmedAt = armedAt,
            Revision = revision,
        };
        return policy is not null;
    }

    /// <summary>The same policy with ids learned at its first success.</summary>
    public TrustPolicy WithPins(IReadOnlyDictionary<string, string> pins) => this with { Pins = pins };

    /// <summary>Whether every id is known, so that identity no longer rests on names.</summary>
    public bool IsPinned(ProviderDefinition definition) => definition.Policy.Pin.All(pin => Pins.ContainsKey(pin.Claim));

    /// <summary>An id means nothing at another issuer, and a rule nothing for another package.</summary>
    internal bool AppliesTo(string package, IssuerBinding binding) =>
        Package == package && BindingId == binding.Id && ProviderId == binding.ProviderId;
}
