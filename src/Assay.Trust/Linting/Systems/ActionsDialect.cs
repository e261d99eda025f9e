using System.Collections.Frozen;

namespace Assay.Trust.Linting.Systems;

/// <summary>In what the three systems with GitHub's kind of workflow files differ.</summary>
/// <param name="Directories">Where workflow files must lie.</param>
/// <param name="Switch">The member that switches identity tokens on, where it is not a permission.</param>
/// <param name="ReadsEnvironments">Whether a job's environment is in its token.</param>
internal sealed record ActionsDialect(IReadOnlyList<string> Directories, string? Switch, bool ReadsEnvironments)
{
    private static readonly FrozenDictionary<string, ActionsDialect> Known = new Dictionary<string, ActionsDialect>
    {
        ["github"] = new([".github/workflows/"], Switch: null, ReadsEnvironments: true),
        ["forgejo"] = new([".forgejo/workflows/", ".gitea/workflows/", ".github/workflows/"], "enable-openid-connect", ReadsEnvironments: false),
        ["depot"] = new([".depot/workflows/"], Switch: null, ReadsEnvironments: false),
    }.ToFrozenDictionary();

    /// <summary>Events that may write at all.</summary>
    public static IReadOnlyList<string> WritingEvents { get; } =
        ["push", "release", "workflow_dispatch", "schedule", "repository_dispatch", "create", "deployment"];

    /// <summary>Events that write unless a policy says otherwise.</summary>
    public static IReadOnlyList<string> UsualEvents { get; } = ["push", "release", "workflow_dispatch"];

    public static ActionsDialect Of(string provider) => Known[provider];
}
