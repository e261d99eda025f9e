namespace Assay.Trust.People;

/// <summary>How somebody who approves stands to the run that staged.</summary>
public enum Independence
{
    /// <summary>They set the run off.</summary>
    SetItOff,

    /// <summary>Nobody can say.</summary>
    Unknown,

    /// <summary>It was somebody else.</summary>
    SomebodyElse,
}

/// <summary>
/// Who may approve a staged version, and when it is approved enough. Nobody approves what they staged themselves; of what a run staged, nobody approves what they set off,
/// and where that cannot be told of anybody who approved, it takes two of them.
/// </summary>
public static class StageApprovals
{
    /// <summary>Where nobody knows whether an approver set the run off, at most one of them did.</summary>
    public const int WhereUnknown = 2;

    /// <summary>How somebody stands to a run, by its actor and by who they are known to be at that CI.</summary>
    /// <param name="actor">The stable id of whoever set the run off; null where its token does not say.</param>
    /// <param name="identity">The id that the person is known by there; null when none is.</param>
    /// <param name="isConfirmed">Whether an administrator said so. What people say of themselves can only speak against them.</param>
    public static Independence Of(string? actor, string? identity, bool isConfirmed) => (actor, identity) switch
    {
        (null, _) or (_, null) => Independence.Unknown,
        _ when actor == identity => Independence.SetItOff,
        _ => isConfirmed ? Independence.SomebodyElse : Independence.Unknown,
    };

    /// <summary>How many approvals are missing.</summary>
    /// <param name="required">How many the registry or the package asks for.</param>
    /// <param name="approvers">Those who approved and still may.</param>
    public static int Missing(int required, IReadOnlyCollection<Independence> approvers)
    {
        var counted = approvers.Where(approver => approver is not Independence.SetItOff).ToList();
        var least = counted.Contains(Independence.SomebodyElse) ? 1 : WhereUnknown;
        return Math.Max(0, Math.Max(required, least) - counted.Count);
    }
}
