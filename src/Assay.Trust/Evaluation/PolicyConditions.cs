using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Evaluation;

/// <summary>Lays every condition of a policy beside a run, in the order they decide: ids, names and conditions, gate, actions.</summary>
internal static class PolicyConditions
{
    public static PolicyTrial Try(TrustPolicy policy, RunClaims claims, TrustQuestion question) =>
        policy.Effect is PolicyEffect.Deny ? TryDeny(policy, claims, question) : TryAllow(policy, claims, question);

    private static PolicyTrial TryAllow(TrustPolicy policy, RunClaims claims, TrustQuestion question)
    {
        var isPinned = policy.IsPinned(claims.Definition);
        var ids = claims.Definition.Policy.Pin.Where(pin => policy.Pins.ContainsKey(pin.Claim)).Select(pin => CompareId(policy, claims, pin)).ToList();
        var identity = ids.Exists(id => !id.Matched) ? IdentityState.Mismatched
            : isPinned ? IdentityState.Matched
            : IdentityState.Unpinned;
        List<Comparison> comparisons =
        [
            .. ids,
            .. isPinned ? [CompareUse(policy, question)] : Unpinned(policy, claims, question),
            .. CompareLife(policy, question),
            .. Conditions(policy, claims, question),
            .. CompareGate(policy, claims),
            CompareActions(policy, question.Wanted),
        ];
        return new PolicyTrial(policy, identity, comparisons);
    }

    private static PolicyTrial TryDeny(TrustPolicy policy, RunClaims claims, TrustQuestion question) =>
        new(policy, IdentityState.NotAsked, [.. Conditions(policy, claims, question)]);

    private static IEnumerable<Comparison> Conditions(TrustPolicy policy, RunClaims claims, TrustQuestion question)
    {
        foreach (var field in claims.Definition.Policy.Fields.Where(field => policy.Fields.ContainsKey(field.Name)))
        {
            yield return CompareField(policy, claims, field, question.Names.Text);
        }
        if (policy.When is { } when)
        {
            yield return CompareWhen(when, claims);
        }
    }

    private static Comparison CompareId(TrustPolicy policy, RunClaims claims, PinnedClaim pin) => new()
    {
        Field = "identity",
        Claim = pin.Claim,
        Expected = $"'{policy.Pins[pin.Claim]}'",
        Actual = claims[pin.Claim],
        Outcome = Truths.Of(claims[pin.Claim] == policy.Pins[pin.Claim]),
        Code = RefusalCodes.IdentityMismatch,
        Remedy = "If the project was moved on purpose, an owner can re-arm the policy.",
    };

    /// <summary>While names decide, time is short and the operator may bound whose ids can be learned.</summary>
    private static IEnumerable<Comparison> Unpinned(TrustPolicy policy, RunClaims claims, TrustQuestion question)
    {
        yield return new Comparison
        {
            Field = "armed",
            Expected = $"a first success within {question.Options.UnpinnedLifetime.TotalDays:0.#} days",
            Actual = $"armed {Shown(policy.Life.ArmedAt)}",
            Outcome = Truths.Of(question.Now - policy.Life.ArmedAt <= question.Options.UnpinnedLifetime),
            Code = RefusalCodes.PolicyInert,
            Remedy = "An owner can re-arm the policy.",
        };
        yield return new Comparison
        {
            Field = "owner",
            Claim = claims.Definition.Run.Owner ?? "",
            Expected = "an owner id that the issuer binding lets policies learn",
            Actual = claims.OwnerId,
            Outcome = Truths.Of(claims.Binding.MayLearnOwner(claims.OwnerId)),
            Code = RefusalCodes.OwnerNotLearnable,
            Remedy = "Give the ids when creating the policy, or ask an operator to add the owner id to the binding.",
        };
    }

    /// <summary>A policy that nobody uses outlives the people and projects it was made for.</summary>
    private static Comparison CompareUse(TrustPolicy policy, TrustQuestion question) => new()
    {
        Field = "last use",
        Expected = $"a use within {question.Options.IdleLifetime.TotalDays:0.#} days",
        Actual = $"last confirmed {Shown(policy.Life.LastConfirmedAt)}",
        Outcome = Truths.Of(question.Now - policy.Life.LastConfirmedAt <= question.Options.IdleLifetime),
        Code = RefusalCodes.PolicyIdle,
        Remedy = "An owner can re-arm the policy.",
    };

    private static IEnumerable<Comparison> CompareLife(TrustPolicy policy, TrustQuestion question)
    {
        if (!policy.Life.IsInForce(question.Now))
        {
            yield return new Comparison
            {
                Field = "in force",
                Expected = policy.Life.EffectiveAt == PolicyLife.Unknown ? "the agreement of a second person" : $"{Shown(policy.Life.EffectiveAt)} or later",
                Actual = Shown(question.Now),
                Outcome = Truth.False,
                Code = RefusalCodes.PolicyCoolingOff,
                Remedy = policy.Life.EffectiveAt == PolicyLife.Unknown
                    ? "Somebody else who may write the policy has to agree to it."
                    : "Wait until it is in force: changes that widen trust take effect after a delay.",
            };
        }
    }

    private static Comparison CompareField(TrustPolicy policy, RunClaims claims, PolicyField field, string package)
    {
        var wanted = policy.Fields[field.Name];
        var actual = claims.Find(field.Matches);
        return new Comparison
        {
            Field = field.Name,
            Claim = field.Matches.Name,
            Expected = string.Join(" or ", wanted.Select(value => $"'{value}'")),
            Actual = Shown(actual, field.Matches, claims),
            Outcome = actual is null ? Truth.Unknown : Truths.Of(Matcher.Find(field.With)!.Accepts(wanted, actual.Items, package)),
            IsLabel = field.Label && policy.Effect is PolicyEffect.Allow && policy.IsPinned(claims.Definition),
            Code = field.Refusal,
            Remedy = $"Change the run, or field '{field.Name}' of the policy.",
        };
    }

    private static Comparison CompareWhen(Condition when, RunClaims claims)
    {
        var presented = when.Comparisons.Select(comparison => comparison.Value).Distinct()
            .Select(value => Shown(claims.Find(value), value, claims) is { } shown ? $"{value.Name} '{shown}'" : $"{value.Name} absent");
        return new Comparison
        {
            Field = "when",
            Expected = when.Describe(),
            Actual = string.Join(", ", presented),
            Outcome = ConditionOutcome.Of(when, claims),
            Code = RefusalCodes.ConditionNotMet,
            Remedy = "Change the run, or the policy's conditions.",
        };
    }

    /// <summary>A declared gate rests on fields, and those were compared above; only a proved one asks for more.</summary>
    private static IEnumerable<Comparison> CompareGate(TrustPolicy policy, RunClaims claims)
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
            Outcome = Truths.Of(proofs.Exists(proof => claims[proof.Claim] == proof.Expected)),
            Code = RefusalCodes.ReleaseGateNotMet,
            Remedy = string.Join(' ', proofs.Select(proof => proof.Remedy)),
        };
    }

    private static Comparison CompareActions(TrustPolicy policy, TrustActions wanted) => new()
    {
        Field = "actions",
        Expected = $"a policy that grants {string.Join(" and ", wanted.Names())}",
        Actual = string.Join(", ", policy.Actions.Names()),
        Outcome = Truths.Of(policy.Actions.For(wanted) is not TrustActions.None),
        Code = RefusalCodes.ActionNotGranted,
        Remedy = "Change the actions that the policy grants.",
    };

    /// <summary>Personal data is compared, and shown to nobody: comparisons are kept, and their texts end up in logs.</summary>
    private static string? Shown(ClaimValue? value, ValueReference reference, RunClaims claims) =>
        value is null ? null : claims.Definition.IsPersonal(reference) ? "(personal)" : value.Text;

    private static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
