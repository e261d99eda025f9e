using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Evaluation;

/// <summary>Lays every condition of a policy beside a run, in the order they decide: ids, names and conditions, gate, actions.</summary>
internal static class PolicyConditions
{
    public static PolicyTrial Try(
        TrustPolicy policy, VerifiedClaims claims, ActionClass wanted, DateTimeOffset now, EvaluatorOptions options)
    {
        var shape = claims.Definition.Policy;
        var isPinned = policy.IsPinned(claims.Definition);
        var ids = shape.Pin.Where(pin => policy.Pins.ContainsKey(pin.Claim)).Select(pin => CompareId(policy, claims, pin)).ToList();
        var identity = ids.Exists(id => !id.Matched) ? IdentityState.Mismatched
            : isPinned ? IdentityState.Matched
            : IdentityState.Unpinned;
        List<Comparison> comparisons =
        [
            .. ids,
            .. isPinned ? [] : Unpinned(policy, claims, now, options),
            .. shape.Fields.Where(field => policy.Fields.ContainsKey(field.Name)).Select(field => CompareField(policy, claims, field)),
            .. CompareGate(policy, claims),
            CompareActions(policy, wanted),
        ];
        return new PolicyTrial(policy, identity, comparisons);
    }

    private static Comparison CompareId(TrustPolicy policy, VerifiedClaims claims, PinnedClaim pin) => new()
    {
        Field = "identity",
        Claim = pin.Claim,
        Expected = $"'{policy.Pins[pin.Claim]}'",
        Actual = claims[pin.Claim],
        Matched = claims[pin.Claim] == policy.Pins[pin.Claim],
        Code = RefusalCodes.IdentityMismatch,
        Remedy = "If the project was moved on purpose, an owner can re-arm the policy.",
    };

    /// <summary>While names decide, time is short and the operator may bound whose ids can be learned.</summary>
    private static IEnumerable<Comparison> Unpinned(TrustPolicy policy, VerifiedClaims claims, DateTimeOffset now, EvaluatorOptions options)
    {
        yield return new Comparison
        {
            Field = "armed",
            Expected = $"a first success within {options.UnpinnedLifetime.TotalDays:0.#} days",
            Actual = $"armed {policy.ArmedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            Matched = now - policy.ArmedAt <= options.UnpinnedLifetime,
            Code = RefusalCodes.PolicyInert,
            Remedy = "An owner can re-arm the policy.",
        };
        yield return new Comparison
        {
            Field = "owner",
            Claim = claims.Definition.Run.Owner,
            Expected = "an owner id that the issuer binding lets policies learn",
            Actual = claims.OwnerId,
            Matched = claims.Binding.MayLearnOwner(claims.OwnerId),
            Code = RefusalCodes.OwnerNotLearnable,
            Remedy = "Give the ids when creating the policy, or ask an operator to add the owner id to the binding.",
        };
    }

    private static Comparison CompareField(TrustPolicy policy, VerifiedClaims claims, PolicyField field)
    {
        var wanted = policy.Fields[field.Name];
        var actual = claims.Find(field.Matches);
        return new Comparison
        {
            Field = field.Name,
            Claim = field.Matches.Name,
            Expected = string.Join(" or ", wanted.Select(value => $"'{value}'")),
            Actual = actual?.Text,
            Matched = actual is not null && Matcher.Find(field.With)!.Accepts(wanted, actual.Items),
            IsLabel = field.Label && policy.IsPinned(claims.Definition),
            Code = field.Refusal,
            Remedy = $"Change the run, or field '{field.Name}' of the policy.",
        };
    }

    /// <summary>A declared gate rests on fields, and those were compared above; only a proved one asks for more.</summary>
    private static IEnumerable<Comparison> CompareGate(TrustPolicy policy, VerifiedClaims claims)
    {
        if (policy.Gate is not Gate.Proved)
        {
            yield break;
        }
        var proofs = Gate.ProvedBy(claims.Definition, policy).ToList();
        yield return new Comparison
        {
            Field = "gate",
            Claim = string.Join(" or ", proofs.Select(proof => proof.Claim)),
            Expected = string.Join(" or ", proofs.Select(proof => $"'{proof.Expected}'").Distinct()),
            Actual = proofs.Select(proof => claims[proof.Claim]).FirstOrDefault(value => value is not null),
            Matched = proofs.Exists(proof => claims[proof.Claim] == proof.Expected),
            Code = RefusalCodes.ReleaseGateNotMet,
            Remedy = string.Join(' ', proofs.Select(proof => proof.Remedy)),
        };
    }

    private static Comparison CompareActions(TrustPolicy policy, ActionClass wanted) => new()
    {
        Field = "actions",
        Expected = $"a policy that grants {wanted.ToString().ToLowerInvariant()}",
        Actual = string.Join(", ", policy.Actions.Names()),
        Matched = policy.Actions.Grants(wanted),
        Code = RefusalCodes.ActionNotGranted,
        Remedy = "Change the actions that the policy grants.",
    };
}
