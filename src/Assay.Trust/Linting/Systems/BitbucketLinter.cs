using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>Bitbucket's pipeline file.</summary>
internal static class BitbucketLinter
{
    private const string FileName = "bitbucket-pipelines.yml";

    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        if (file.Path != FileName)
        {
            report.Error(
                "workflow-mismatch", "file", $"Bitbucket reads {FileName} at the root of the repository, not {LintReport.Quote(file.Path)}.",
                $"Name it {FileName}");
        }
        var found = false;
        foreach (var (section, pipelines) in file.First["pipelines"]?.Members ?? [])
        {
            foreach (var node in pipelines.All.Where(IsPublishing))
            {
                found = true;
                Check(report, file.First, section, node, target);
            }
        }
        if (!found)
        {
            SharedChecks.NothingPublishes(report);
        }
    }

    private static void Check(LintReport report, WorkflowNode file, string section, WorkflowNode node, LintTarget target)
    {
        var where = $"step {LintReport.Quote(node["name"]?.Text ?? "without a name")}, line {node.Line}";
        var step = new PublishStep(where, new Script(node.TextsOf("script")), new Variables(), Registries: []);
        CheckToken(report, where, node["oidc"], target);
        if (section == "pull-requests")
        {
            report.Error("run-not-allowed", where, "Pull requests never publish.", "Publish from pipelines: tags: or from a branch.");
        }
        if (target.Field("environment").Count > 0 && node["deployment"] is null)
        {
            report.Error(
                "environment-mismatch", where, "The policy wants a deployment environment; the step deploys to none, so its token has none.",
                "Add to the step: deployment: NAME");
        }
        SharedChecks.Image(report, where, ImageOf(node) ?? ImageOf(file), step);
        step.Check(report, target);
    }

    private static void CheckToken(LintReport report, string where, WorkflowNode? oidc, LintTarget target)
    {
        var fix = $"Write: oidc: {{ audiences: [\"{target.Audiences[0]}\"] }}";
        if (oidc is { IsMap: true } map && map["audiences"] is { } audiences)
        {
            SharedChecks.Audience(report, target, where, [.. audiences.Texts], fix);
        }
        else if (oidc?.Text == "true" && target.Audience is null)
        {
            report.Error(
                "wrong-audience", where, "With oidc: true the token has the workspace's own audience, which its other relying parties share.", fix);
        }
        else if (oidc?.Text != "true")
        {
            report.Error("id-token-missing", where, "The step has no identity token.", fix);
        }
    }

    private static bool IsPublishing(WorkflowNode node) => node["script"] is not null && new Script(node.TextsOf("script")).MayPublish;

    private static string? ImageOf(WorkflowNode? node) => node?["image"] is { IsMap: true } map ? map["name"]?.Text : node?["image"]?.Text;
}
