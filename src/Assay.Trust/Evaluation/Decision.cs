using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Trust.Evaluation;

/// <summary>Whether a run may act on a package, and by which one policy.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <param name="Policy">The one policy that was satisfied.</param>
    /// <param name="Actions">What a token for the question carries.</param>
    /// <param name="PinsToLearn">Every stable id by claim, when the policy learns them with this success; else empty.</param>
    /// <param name="Renames">Names that changed while the ids stayed.</param>
    public sealed record Granted(
        TrustPolicy Policy,
        TrustActions Actions,
        IReadOnlyDictionary<string, string> PinsToLearn,
        IReadOnlyList<Rename> Renames) : Decision;

    /// <param name="Refusal">What may be told, and what only owners see.</param>
    /// <param name="IdentityMatched">Whether a pinned identity matched, so that the public text is exact.</param>
    /// <param name="Trials">Policy by policy, field by field: for owners; the more specific first, denies at the end.</param>
    public sealed record Refused(Refusal Refusal, bool IdentityMatched, IReadOnlyList<PolicyTrial> Trials) : Decision;
}

/// <summary>A decision with every policy that had a say in it.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Trials">The more specific policies first, denies at the end: also those that the decision did not come to.</param>
public sealed record Explanation(Decision Decision, IReadOnlyList<PolicyTrial> Trials);

/// <summary>A label field whose name differs from the policy's while the pinned ids match.</summary>
public sealed record Rename(string Field, string Recorded, string Presented)
{
    public override string ToString() => $"{Field} '{Recorded}' is now called '{Printable.Value(Presented)}'";
}
