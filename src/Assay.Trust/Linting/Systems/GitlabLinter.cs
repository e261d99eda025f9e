using System.Text.RegularExpressions;
using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>GitLab's pipeline file.</summary>
internal static partial class GitlabLinter
{
    private const string Variable = "NPM_ID_TOKEN";
    private static readonly string[] NotJobs =
        ["default", "include", "stages", "variables", "workflow", "spec", "image", "services", "cache", "before_script", "after_script"];

    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        var pipeline = file.Last;
        if (target.Field("configPath", ".gitlab-ci.yml") is [var wanted, ..] && file.Path != wanted)
        {
            report.Error(
                "workflow-mismatch", "file", $"The policy wants the configuration {LintReport.Quote(wanted)}; this is {LintReport.Quote(file.Path)}.",
                "The policy names the project's own pipeline file, not one that it includes. Lint that one, or have the owner change the policy.");
        }
        var jobs = pipeline.Members.Where(member => !NotJobs.Contains(member.Key) && member.Value.IsMap)
            .Select(member => new GitlabJob(member.Key, member.Value, pipeline))
            .Where(job => job.Step.Script.MayPublish)
            .ToList();
        if (jobs.Count == 0)
        {
            SharedChecks.NothingPublishes(report);
        }
        foreach (var job in jobs)
        {
            CheckToken(report, job, target);
            CheckRules(report, job, target);
            SharedChecks.Environment(
                report, target, job.Where, job.Environment, StringComparison.Ordinal, $"environment: {target.Field("environment", "NAME")[0]}");
            SharedChecks.Image(report, job.Where, job.Image, job.Step);
            job.Step.Check(report, target);
        }
    }

    private static void CheckToken(LintReport report, GitlabJob job, LintTarget target)
    {
        var fix = $"Write: id_tokens: {{ {Variable}: {{ aud: \"{target.Audiences[0]}\" }} }}";
        if (job.IdTokens?[Variable] is { IsElsewhere: false } token)
        {
            SharedChecks.Audience(report, target, $"{job.Where}, id_tokens on line {token.Line}", token.TextsOf("aud"), fix);
        }
        else if (job.IdTokens is { Members: [var other, ..] } && job.IdTokens[Variable] is null)
        {
            report.Error(
                "id-token-missing", job.Where, $"The job has an identity token in {LintReport.Quote(other.Key)}; npm looks in {Variable} only.", fix);
        }
        else if (job.MayHaveMoreElsewhere)
        {
            report.Warning("id-token-missing", job.Where, $"This file gives the job no {Variable}; what it extends or includes may.", fix);
        }
        else
        {
            report.Error("id-token-missing", job.Where, "The job has no identity token.", fix);
        }
    }

    private static void CheckRules(LintReport report, GitlabJob job, LintTarget target)
    {
        var sources = target.Field("sources", "push", "web");
        foreach (var source in Sources().Matches(job.Rules).Select(match => match.Groups[1].Value).Distinct())
        {
            if (source.Contains("merge_request", StringComparison.Ordinal) || source.Contains("external_pull", StringComparison.Ordinal))
            {
                report.Error(
                    "run-not-allowed", job.Where, "The job's rules name merge requests, whose pipelines never publish.",
                    "Start it by a tag: rules: [{ if: $CI_COMMIT_TAG }]");
            }
            else if (!sources.Contains(source))
            {
                report.Warning(
                    "event-not-allowed", job.Where, $"The rules let {LintReport.Quote(source)} start the job; the policy allows {LintReport.Quote(sources)}.",
                    "Remove the rule, or have the owner add the source.");
            }
        }
        if (job.Rules.Length == 0 && !job.MayHaveMoreElsewhere)
        {
            report.Warning(
                "no-rules", job.Where, "Nothing says when the job runs, so every pipeline of every branch tries to publish.",
                "Add: rules: [{ if: $CI_COMMIT_TAG }]");
        }
        SharedChecks.Refs(report, target, job.Where, [.. PossibleRefs(job.Rules)]);
    }

    private static IEnumerable<string> PossibleRefs(string rules)
    {
        var (tag, branch) = (rules.Contains("CI_COMMIT_TAG", StringComparison.Ordinal), rules.Contains("CI_COMMIT_BRANCH", StringComparison.Ordinal));
        return tag && !branch ? ["refs/tags/**"] : branch && !tag ? ["refs/heads/**"] : [];
    }

    [GeneratedRegex("""CI_PIPELINE_SOURCE\s{0,8}==\s{0,8}["']([a-z_]{1,40})""")]
    private static partial Regex Sources();
}
