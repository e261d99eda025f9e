using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Refusals;

namespace Assay.Trust.Evaluation;

/// <summary>How far the stable ids of a policy and of a run agree.</summary>
public enum IdentityState
{
    /// <summary>The policy does not know all of its ids yet, so names decide, for a while.</summary>
    Unpinned,
    Matched,
    Mismatched,

    /// <summary>A deny asks nobody who they are.</summary>
    NotAsked,
}

/// <summary>One policy tried on one run.</summary>
public sealed record PolicyTrial(TrustPolicy Policy, IdentityState Identity, IReadOnlyList<Comparison> Comparisons)
{
    /// <summary>A policy that allows is satisfied when nothing is missing.</summary>
    public bool Allows => Policy.Effect is PolicyEffect.Allow && !Comparisons.Any(comparison => comparison.Blocks);

    /// <summary>A policy that denies is averted only by a condition that is known not to hold.</summary>
    public bool Denies => Policy.Effect is PolicyEffect.Deny && Comparisons.All(comparison => comparison.Outcome is not Truth.False);

    public Comparison? FirstFailure => Comparisons.FirstOrDefault(comparison => comparison.Blocks);

    /// <summary>The name has other ids behind it: a project deleted, moved or taken over. Worth an alert, never a suspension.</summary>
    public bool NameHasOtherIds =>
        Identity is IdentityState.Mismatched && Comparisons.Where(comparison => comparison.IsLabel).All(comparison => comparison.Matched)
        && Comparisons.Any(comparison => comparison.IsLabel);

    public override string ToString() => $"policy {Policy.Id}: {Outcome()}";

    private string Outcome() =>
        Allows ? "matches"
        : Denies ? "denies"
        : Policy.Effect is PolicyEffect.Deny ? "does not apply"
        : string.Join("; ", Comparisons.Where(each => each.Blocks).Select(Describe));

    private static string Describe(Comparison comparison) => $"{comparison.Code}: {Printable.Ascii(comparison.ToString())}";
}
