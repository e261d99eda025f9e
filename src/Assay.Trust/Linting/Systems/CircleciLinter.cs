using System.Text.RegularExpressions;
using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>CircleCI's configuration file.</summary>
internal static partial class CircleciLinter
{
    private const string Request = "circleci run oidc get";

    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        var jobs = file.First["jobs"]?.Members.Where(job => ScriptOf(job.Value).MayPublish).ToList() ?? [];
        if (jobs.Count == 0)
        {
            SharedChecks.NothingPublishes(report);
        }
        foreach (var (name, job) in jobs)
        {
            var where = $"job {LintReport.Quote(name)}, line {job.Line}";
            var step = new PublishStep(where, ScriptOf(job), new Variables(job["environment"]), Registries: []);
            CheckToken(report, where, step, target);
            step.Check(report, target);
            SharedChecks.Image(report, where, job["docker"] is { Items: [var docker, ..] } ? docker["image"]?.Text : null, step);
            foreach (var use in UsesOf(file.First, name))
            {
                CheckUse(report, where, use, target);
            }
        }
    }

    private static void CheckToken(LintReport report, string where, PublishStep step, LintTarget target)
    {
        var fix = $"Add before the publish: export NPM_ID_TOKEN=$({Request} --claims '{{\"aud\":\"{target.Audiences[0]}\"}}')";
        if (step.Script.Has("CIRCLE_OIDC_TOKEN"))
        {
            report.Error(
                "wrong-audience", where, "The ready-made token of CircleCI has the organisation for an audience; it is good elsewhere too, and refused.",
                fix);
        }
        else if (step.Script.Has(Request))
        {
            SharedChecks.Audience(report, target, where, [.. step.Script.ValuesOf("--claims").SelectMany(Audiences)], fix);
        }
        else
        {
            SharedChecks.NoTokenRequest(report, where, step.Script, $"is '{Request}'", fix);
        }
    }

    // A job is used in a workflow under a name, or as a map that says how.
    private static void CheckUse(LintReport report, string where, WorkflowNode use, LintTarget target)
    {
        if (target.Field("contexts").Count > 0 && use["context"] is null)
        {
            report.Error(
                "context-mismatch", where, "The policy wants a context; the workflow runs the job in none.",
                "Add to the job in workflows: context: [the restricted context's name]");
        }
        if (target.Field("ref") is { Count: > 0 } wanted && wanted.All(pattern => pattern.StartsWith("refs/tags/", StringComparison.Ordinal))
            && use["filters"]?["tags"] is null)
        {
            report.Error(
                "ref-mismatch", where, $"The policy wants the ref {LintReport.Quote(wanted)}; CircleCI runs a job for tags only when its filters name them.",
                "Add to the job in workflows: filters: { tags: { only: /^v.*/ }, branches: { ignore: /.*/ } }");
        }
    }

    private static IEnumerable<WorkflowNode> UsesOf(WorkflowNode configuration, string job) =>
        configuration["workflows"]?.Members.SelectMany(workflow => workflow.Value["jobs"]?.Items ?? [])
            .Select(use => use.Text == job ? use : use.Members.FirstOrDefault(member => member.Key == job).Value)
            .OfType<WorkflowNode>() ?? [];

    private static Script ScriptOf(WorkflowNode job) => new(
        job["steps"]?.Items.SelectMany(step => step["run"] is { IsMap: true } map ? map.TextsOf("command") : step.TextsOf("run")) ?? []);

    private static IEnumerable<string> Audiences(string claims) => Audience().Matches(claims).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""["']aud["']\s{0,4}:\s{0,4}["']([^"']{1,200})""")]
    private static partial Regex Audience();
}
