using System.Collections.Frozen;
using Assay.Trust.Linting.Files;
using Assay.Trust.Linting.Systems;

namespace Assay.Trust.Linting;

/// <summary>
/// Says, before anything runs, why a workflow file would not publish under a policy. It sees one file: what another file, a script or the CI
/// system's settings do is at most a warning.
/// </summary>
public static class WorkflowLinter
{
    /// <summary>The most that is read; real files are a hundredth of it.</summary>
    public const int MaximumLength = 256 * 1024;

    private static readonly FrozenDictionary<string, Action<LintReport, LintedFile, LintTarget>> Systems =
        new Dictionary<string, Action<LintReport, LintedFile, LintTarget>>
        {
            ["azure-devops"] = AzureLinter.Run,
            ["bitbucket"] = BitbucketLinter.Run,
            ["buildkite"] = BuildkiteLinter.Run,
            ["circleci"] = CircleciLinter.Run,
            ["depot"] = ActionsLinter.Run,
            ["forgejo"] = ActionsLinter.Run,
            ["github"] = ActionsLinter.Run,
            ["gitlab"] = GitlabLinter.Run,
        }.ToFrozenDictionary();

    /// <summary>The providers whose files are understood.</summary>
    public static IReadOnlyCollection<string> Providers { get; } = [.. Systems.Keys.Order(StringComparer.Ordinal)];

    public static IReadOnlyList<LintFinding> Lint(LintFile file, LintTarget target)
    {
        var report = new LintReport();
        if (!Systems.TryGetValue(target.Provider, out var lint))
        {
            report.Warning(
                "not-linted", "file",
                $"Files of {LintReport.Quote(target.Provider)} are not linted, so nothing is known about this one.",
                "Follow the provider's page in docs/ci, and look at the attempts after the first run.");
        }
        else if (file.Text.Length > MaximumLength)
        {
            report.Error(
                "file-too-large", "file", $"The file has more than {MaximumLength / 1024} KiB and was not read.",
                "Lint the file that has the publishing job.");
        }
        else if (WorkflowReader.Read(file.Text, out var problem) is not { } documents)
        {
            report.Error("file-not-readable", $"line {problem.Line}", problem.Text, "Write it as plain YAML with few anchors.");
        }
        else
        {
            lint(report, new LintedFile(file.Path, documents), target);
        }
        return report.Findings;
    }
}
