using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Trust.Evaluation;

/// <summary>How far the stable ids of a policy and of a run agree.</summary>
public enum IdentityState
{
    /// <summary>The policy does not know all of its ids yet, so names decide, for a while.</summary>
    Unpinned,
    Matched,
    Mismatched,
}

/// <summary>One policy tried on one run.</summary>
public sealed record PolicyTrial(TrustPolicy Policy, IdentityState Identity, IReadOnlyList<Comparison> Comparisons)
{
    public bool Passed => !Comparisons.Any(comparison => comparison.Blocks);

    public Comparison? FirstFailure => Comparisons.FirstOrDefault(comparison => comparison.Blocks);

    /// <summary>The name has other ids behind it: a project deleted, moved or taken over. Worth an alert, never a suspension.</summary>
    public bool NameHasOtherIds =>
        Identity is IdentityState.Mismatched && Comparisons.Where(comparison => comparison.IsLabel).All(comparison => comparison.Matched)
        && Comparisons.Any(comparison => comparison.IsLabel);

    public override string ToString() =>
        $"policy {Policy.Id}: {(Passed ? "matches" : string.Join("; ", Comparisons.Where(each => each.Blocks).Select(Describe)))}";

    private static string Describe(Comparison comparison) => $"{comparison.Code}: {Printable.Ascii(comparison.ToString())}";
}
