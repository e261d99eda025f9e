using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Trust.Evaluation;

/// <summary>What is known of a run that published, or is about to; null is what its provider does not say.</summary>
public sealed record PublishingRun(string? Workflow, string? RefKind, string? Runner);

/// <summary>What a package was like until now.</summary>
/// <param name="Runs">Of the latest versions that came from runs.</param>
/// <param name="HadInstallScript">Of the newest version; null when there is none.</param>
/// <param name="HadProvenance">Of the newest version.</param>
/// <param name="VersionsOfADay">How many versions were published or staged within the last 24 hours.</param>
public sealed record PublishHistory(IReadOnlyList<PublishingRun> Runs, bool? HadInstallScript, bool HadProvenance, int VersionsOfADay);

/// <summary>Decides whether a publish that its policy grants has to wait for people, by what is new about it.</summary>
public static class PublishNovelty
{
    /// <summary>Why it has to wait, in words that go on with "because"; empty when it need not.</summary>
    /// <param name="rules">Of the policy.</param>
    /// <param name="history">Of the package. One that no run ever published to has nothing that a run could differ from.</param>
    /// <param name="run">That publishes.</param>
    /// <param name="hasInstallScript">Of what it publishes.</param>
    /// <param name="hasProvenance">Whether the version will have provenance.</param>
    public static IReadOnlyList<string> Reasons(DivertRules rules, PublishHistory history, PublishingRun run, bool hasInstallScript, bool hasProvenance) =>
    [
        .. New(rules, DivertReasons.Workflow, history, run.Workflow, known => known.Workflow, "the workflow"),
        .. New(rules, DivertReasons.RefKind, history, run.RefKind, known => known.RefKind, "the kind of ref"),
        .. New(rules, DivertReasons.Runner, history, run.Runner, known => known.Runner, "the kind of runner"),
        .. If(rules.Reasons.HasFlag(DivertReasons.InstallScript) && hasInstallScript && history.HadInstallScript is false,
            "it runs a script when it is installed, and the version before did not"),
        .. If(rules.Reasons.HasFlag(DivertReasons.Provenance) && !hasProvenance && history.HadProvenance,
            "it has no provenance, and the version before had some"),
        .. If(rules.VersionsPerDay <= history.VersionsOfADay,
            $"{history.VersionsOfADay} versions came within a day already, and {rules.VersionsPerDay} may"),
    ];

    // What a run does not say is new where the runs before said it: leaving a claim out must not be a way around.
    private static IEnumerable<string> New(
        DivertRules rules, DivertReasons reason, PublishHistory history, string? now, Func<PublishingRun, string?> before, string what) =>
        If(rules.Reasons.HasFlag(reason) && history.Runs.Count > 0 && history.Runs.All(known => before(known) != now),
            $"{what} ({(now is null ? "not said" : Printable.Value(now))}) is one that no version came from before");

    private static IEnumerable<string> If(bool isSo, string reason) => isSo ? [reason] : [];
}
