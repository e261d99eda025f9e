using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Trust.Evaluation;

/// <summary>What a run wants to do, and when.</summary>
/// <param name="Names">One package; only reading may be asked for a pattern.</param>
/// <param name="Wanted">All of these actions, see <see cref="TrustActionNames.For"/>.</param>
/// <param name="Now">The time of the request.</param>
/// <param name="Options">What the operator has set.</param>
public sealed record TrustQuestion(NamePattern Names, TrustActions Wanted, DateTimeOffset Now, EvaluatorOptions Options);

/// <summary>Everything that was ever said about the names: those that do not count are passed over.</summary>
/// <param name="Policies">Of the package and of every wider level.</param>
/// <param name="Inherits">Whether the owners let wider policies count beside the package's own.</param>
public sealed record PolicySet(IReadOnlyList<TrustPolicy> Policies, bool Inherits = false)
{
    /// <summary>Not before this: letting wider policies count is a widening that may have to cool off.</summary>
    public DateTimeOffset InheritsFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>A policy of the package itself cannot be read any more. It grants nothing, and still shuts out the wider ones.</summary>
    public bool HasUnreadable { get; init; }

    public bool InheritsAt(DateTimeOffset now) => Inherits && InheritsFrom <= now;

    /// <summary>Whether only the package's own policies have a say about it, so that what was granted for a pattern is not good for it.</summary>
    public bool IsAlone(string package, DateTimeOffset now, EvaluatorOptions options) =>
        !NamePattern.TryParse(package, out var name) || PolicySelection.IsAlone(name, this, now, options.CoolingOff);
}
