using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>What a publishing job needs: a token, the right environment and runner, and an npm that knows the exchange.</summary>
internal static class ActionsJobChecks
{
    private static readonly string[] VendorsLabels = ["ubuntu-", "windows-", "macos-"];

    public static void Run(LintReport report, ActionsJob job, LintTarget target, ActionsDialect dialect)
    {
        if (dialect.Switch is { } option)
        {
            CheckSwitch(report, job, option);
        }
        else
        {
            CheckPermissions(report, job);
        }
        CheckCallee(report, job, target);
        if (job.Callee is not null)
        {
            return;
        }
        if (dialect.ReadsEnvironments)
        {
            SharedChecks.Environment(
                report, target, job.Where, job.Environment, StringComparison.OrdinalIgnoreCase, $"environment: {target.Field("environment",
                "NAME")[0]}");
        }
        CheckRunner(report, job, target);
        foreach (var step in job.PublishSteps())
        {
            step.Check(report, target);
            CheckNpm(report, job, step);
        }
    }

    private static void CheckPermissions(LintReport report, ActionsJob job)
    {
        if (job.Permissions is null)
        {
            report.Error(
                "id-token-missing", job.Where, "The job may not ask for an identity token: neither it nor the workflow has permissions.",
                "Add to the job: permissions: { contents: read, id-token: write }");
        }
        else if (!job.MayAskForTokens)
        {
            var dropped = job.Node["permissions"] is not null && job.Workflow["permissions"]?["id-token"]?.Text == "write";
            report.Error(
                "id-token-missing", $"{job.Where}, permissions on line {job.Permissions.Line}",
                dropped
                    ? "The job's own permissions replace the workflow's, and with them id-token: write."
                    : "The permissions lack id-token: write, so the job may not ask for an identity token.",
                "Add id-token: write to these permissions.");
        }
        else if (job.Permissions is { IsMap: true } map && map["contents"] is null && job.Callee is null && job.StepsUsing("actions/checkout").Any())
        {
            report.Warning(
                "contents-not-readable", job.Where, "The permissions leave out contents, so a private repository cannot be checked out.",
                "Add contents: read.");
        }
    }

    private static void CheckSwitch(LintReport report, ActionsJob job, string option)
    {
        if ((job.Node[option] ?? job.Workflow[option])?.Text != "true")
        {
            report.Error("id-token-missing", job.Where, "The job may not ask for an identity token.", $"Add to the workflow: {option}: true");
        }
    }

    // A file of this repository runs at the same commit; another repository's can change without this one.
    private static void CheckCallee(LintReport report, ActionsJob job, LintTarget target)
    {
        var allowed = target.Field("callee", "same-repository");
        if (job.Callee is not { } callee || (callee.StartsWith("./", StringComparison.Ordinal) && allowed.Contains("same-repository")))
        {
            return;
        }
        var bare = callee.Split('@')[0];
        if (!allowed.Any(pattern => RefOverlap.Exists(pattern.Split('@')[0], bare)))
        {
            report.Error(
                "callee-not-allowed", job.Where, $"The job is defined in {LintReport.Quote(callee)}; the policy allows {LintReport.Quote(allowed)}.",
                "Publish from a job of this file, or have the owner list the called workflow.");
        }
    }

    private static void CheckRunner(LintReport report, ActionsJob job, LintTarget target)
    {
        var wanted = target.Field("runner");
        var kind = job.RunsOn.Contains("self-hosted") ? "self-hosted"
            : job.RunsOn.Count > 0 && job.RunsOn.All(IsHostedByTheVendor) ? $"{target.Provider}-hosted"
            : null;
        if (wanted.Count > 0 && kind is not null && !wanted.Contains(kind))
        {
            report.Error(
                "runner-mismatch", job.Where, $"The job runs on {LintReport.Quote(job.RunsOn)}, which is {kind}; the policy wants {LintReport.Quote(wanted)}.",
                "Change runs-on, or have the owner change the policy.");
        }
    }

    private static bool IsHostedByTheVendor(string label) =>
        VendorsLabels.Any(prefix => label.StartsWith(prefix, StringComparison.Ordinal));

    private static void CheckNpm(LintReport report, ActionsJob job, PublishStep step)
    {
        if (job.InstallsNpm || !SharedChecks.NeedsNewNpm(step.Script))
        {
            return;
        }
        var setup = job.StepsUsing("actions/setup-node").ToList();
        foreach (var version in setup.Select(node => node["with"]?["node-version"]?.Text).OfType<string>().Where(NodeVersion.BringsOldNpm))
        {
            report.Error(
                "npm-too-old", step.Where, $"Node.js {LintReport.Quote(version)} brings an npm without trusted publishing; it needs {NodeVersion.Needs}.",
                "Set node-version: 24, or install npm before: npm install -g npm@11");
        }
        if (setup.Count == 0 && job.Container is null)
        {
            report.Warning(
                "npm-not-known", step.Where, $"The job takes the npm that lies on the runner; trusted publishing needs {NodeVersion.Needs}.",
                "Add actions/setup-node with node-version: 24.");
        }
        SharedChecks.Image(report, step.Where, setup.Count == 0 ? job.Container : null, step);
    }
}
