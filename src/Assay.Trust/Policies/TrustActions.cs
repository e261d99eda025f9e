namespace Assay.Trust.Policies;

/// <summary>What a policy may grant.</summary>
[Flags]
public enum TrustActions
{
    None = 0,
    Publish = 1,
    Stage = 2,
    DistTag = 4,
    Deprecate = 8,
    Unpublish = 16,
    Read = 32,
}

/// <summary>Actions that share one use of an identity token.</summary>
public enum ActionClass
{
    Publish,
    Tags,
    Read,
}

/// <summary>The names of actions on the wire, and the classes they fall into.</summary>
public static class TrustActionNames
{
    private static readonly (TrustActions Action, string Name)[] All =
    [
        (TrustActions.Publish, "publish"),
        (TrustActions.Stage, "stage"),
        (TrustActions.DistTag, "dist-tag"),
        (TrustActions.Deprecate, "deprecate"),
        (TrustActions.Unpublish, "unpublish"),
        (TrustActions.Read, "read"),
    ];

    public static IReadOnlyList<string> Names(this TrustActions actions) =>
        [.. All.Where(known => actions.HasFlag(known.Action)).Select(known => known.Name)];

    /// <summary>The actions so named; false when a name is unknown.</summary>
    public static bool TryParse(IEnumerable<string> names, out TrustActions actions)
    {
        actions = TrustActions.None;
        foreach (var name in names)
        {
            var known = Array.Find(All, candidate => candidate.Name == name).Action;
            if (known is TrustActions.None)
            {
                return false;
            }
            actions |= known;
        }
        return true;
    }

    /// <summary>
    /// The actions that a token for what is wanted carries, or none when any of it is not granted. A policy that only stages answers a wish to
    /// publish, and one that publishes lets the run point tags at what it published (<see cref="MovesOwnTagsOnly"/>).
    /// </summary>
    public static TrustActions For(this TrustActions granted, TrustActions wanted)
    {
        var answer = granted & wanted;
        if (wanted.HasFlag(TrustActions.Publish) && !answer.HasFlag(TrustActions.Publish))
        {
            answer |= granted & TrustActions.Stage;
            wanted = (wanted & ~TrustActions.Publish) | TrustActions.Stage;
        }
        if (wanted.HasFlag(TrustActions.DistTag) && granted.HasFlag(TrustActions.Publish))
        {
            answer |= TrustActions.DistTag;
        }
        return answer.HasFlag(wanted) ? answer : TrustActions.None;
    }

    /// <summary>Whether a dist-tag may point only at a version that the same run published.</summary>
    public static bool MovesOwnTagsOnly(this TrustActions granted) => !granted.HasFlag(TrustActions.DistTag);

    /// <summary>What shares one use of an identity token with these actions.</summary>
    public static ActionClass Class(this TrustActions actions) =>
        (actions & (TrustActions.Publish | TrustActions.Stage)) != TrustActions.None ? ActionClass.Publish
        : actions is TrustActions.Read ? ActionClass.Read
        : ActionClass.Tags;
}
