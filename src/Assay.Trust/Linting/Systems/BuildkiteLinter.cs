using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>Buildkite's pipeline file.</summary>
internal static class BuildkiteLinter
{
    private const string Request = "buildkite-agent oidc request-token";

    /// <summary>Claims that a token has only when the job asks, and the policy's fields that need them.</summary>
    private static readonly (string Claim, string? Field)[] Asked =
        [("organization_id", null), ("pipeline_id", null), ("cluster_id", "cluster"), ("queue_id", "queue")];

    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        var pipeline = file.First;
        var steps = (pipeline.IsList ? pipeline : pipeline["steps"])?.All.Where(IsPublishing).ToList() ?? [];
        if (steps.Count == 0)
        {
            SharedChecks.NothingPublishes(report);
        }
        foreach (var node in steps)
        {
            var where = $"step {LintReport.Quote(node["key"]?.Text ?? node["label"]?.Text ?? "without a key")}, line {node.Line}";
            var step = new PublishStep(where, ScriptOf(node), new Variables(node["env"], pipeline["env"]), Registries: []);
            CheckToken(report, step, target);
            CheckInterpolation(report, step);
            step.Check(report, target);
        }
    }

    private static void CheckToken(LintReport report, PublishStep step, LintTarget target)
    {
        var fix = $"Write: {Request} --audience {target.Audiences[0]} --claim organization_id --claim pipeline_id";
        if (!step.Script.Has(Request))
        {
            SharedChecks.NoTokenRequest(report, step.Where, step.Script, $"is '{Request}'", fix);
            return;
        }
        var audiences = step.Script.ValuesOf("--audience").ToList();
        SharedChecks.Audience(report, target, step.Where, audiences, fix);
        if (audiences.Count == 0)
        {
            report.Error("wrong-audience", step.Where, "The token is asked for without an audience, and is then Buildkite's own.", fix);
        }
        var claims = string.Join(',', [.. step.Script.ValuesOf("--claim"), step.Variables["BUILDKITE_OIDC_TOKEN_CLAIMS"] ?? ""]);
        foreach (var (claim, field) in Asked.Where(asked => asked.Field is null || target.Field(asked.Field).Count > 0))
        {
            if (!claims.Contains(claim, StringComparison.Ordinal))
            {
                report.Error(
                    "claim-missing", step.Where,
                    $"The token has {claim} only when the job asks for it{(field is null ? "" : $", and the policy names a {field}")}.",
                    $"Add: --claim {claim}");
            }
        }
    }

    // `pipeline upload` fills in $NAME from its own environment, long before the step has set it.
    private static void CheckInterpolation(LintReport report, PublishStep step)
    {
        foreach (var name in new[] { "NPM_ID_TOKEN", "PUBLISH_TOKEN" })
        {
            if ((step.Script.Has($"${name}") && !step.Script.Has($"$${name}")) || (step.Script.Has($"${{{name}}}") && !step.Script.Has($"$${{{name}}}")))
            {
                report.Warning(
                    "filled-in-too-early", step.Where, $"Buildkite fills in ${name} when the pipeline is uploaded, where it is empty.",
                    $"Write $${name}, or put the commands into a script.");
            }
        }
    }

    private static bool IsPublishing(WorkflowNode node) => ScriptOf(node).MayPublish;

    private static Script ScriptOf(WorkflowNode node) => new([.. node.TextsOf("command"), .. node.TextsOf("commands")]);
}
