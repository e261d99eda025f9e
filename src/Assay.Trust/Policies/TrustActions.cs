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

    /// <summary>Whether any of the actions falls into the class.</summary>
    public static bool Grants(this TrustActions actions, ActionClass actionClass) => (actions & Members(actionClass)) != TrustActions.None;

    private static TrustActions Members(ActionClass actionClass) => actionClass switch
    {
        ActionClass.Publish => TrustActions.Publish | TrustActions.Stage,
        ActionClass.Tags => TrustActions.DistTag | TrustActions.Deprecate | TrustActions.Unpublish,
        _ => TrustActions.Read,
    };
}
