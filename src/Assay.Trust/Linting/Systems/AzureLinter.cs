using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>Azure Pipelines' file.</summary>
internal static class AzureLinter
{
    private static readonly string[] Commands = ["bash", "script", "pwsh", "powershell"];
    private static readonly string[] NodeTasks = ["NodeTool@", "UseNode@"];

    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        var steps = file.First.All.Where(IsPublishing).ToList();
        if (steps.Count == 0)
        {
            SharedChecks.NothingPublishes(report);
        }
        foreach (var node in steps)
        {
            var step = new PublishStep(
                $"step {LintReport.Quote(node["displayName"]?.Text ?? "without a name")}, line {node.Line}",
                ScriptOf(node), new Variables(node["env"], file.First["variables"]), Registries: []);
            CheckToken(report, step);
            CheckNode(report, file.First, step);
            step.Check(report, target);
        }
        if (file.First.All.Any(node => node["task"]?.Text?.StartsWith("npmAuthenticate@", StringComparison.OrdinalIgnoreCase) == true))
        {
            report.Warning(
                "token-left-over", "file", "The task npmAuthenticate puts a stored token into .npmrc. Publishing by identity needs none.",
                "Remove the task.");
        }
        SharedChecks.Refs(report, target, "trigger", [.. Refs(file.First["trigger"])]);
    }

    private static void CheckToken(LintReport report, PublishStep step)
    {
        if (step.Variables["SYSTEM_ACCESSTOKEN"] is null)
        {
            report.Error(
                "id-token-missing", step.Where, "The step does not have the job's access token, with which it asks for an identity token.",
                "Add to the step: env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }");
        }
        if (step.Script.Has("serviceConnectionId"))
        {
            report.Error(
                "run-not-allowed", step.Where, "With a service connection the token speaks for the connection (sc://), not for the pipeline, and is refused.",
                "Ask without serviceConnectionId.");
        }
        if (!step.Script.Has("SYSTEM_OIDCREQUESTURI") && !step.Script.Has("oidctoken"))
        {
            SharedChecks.NoTokenRequest(
                report, step.Where, step.Script, "asks for one",
                "POST $SYSTEM_OIDCREQUESTURI?api-version=7.1 with the access token as bearer (docs/ci/azure-devops.md).");
        }
    }

    private static void CheckNode(LintReport report, WorkflowNode pipeline, PublishStep step)
    {
        var versions = pipeline.All
            .Where(node => node["task"]?.Text is { } task && NodeTasks.Any(known => task.StartsWith(known, StringComparison.Ordinal)))
            .Select(node => node["inputs"]?["versionSpec"]?.Text ?? node["inputs"]?["version"]?.Text)
            .OfType<string>();
        foreach (var version in versions.Where(version => NodeVersion.BringsOldNpm(version) && SharedChecks.NeedsNewNpm(step.Script)))
        {
            report.Error(
                "npm-too-old", step.Where, $"Node.js {LintReport.Quote(version)} brings an npm without trusted publishing; it needs {NodeVersion.Needs}.",
                "Set versionSpec: 24.x, or exchange in a step of its own (docs/ci).");
        }
    }

    private static IEnumerable<string> Refs(WorkflowNode? trigger)
    {
        var tags = trigger?["tags"] is { } named ? (named["include"] ?? named).Texts.Select(tag => "refs/tags/" + tag) : [];
        var branches = trigger is { IsList: true } or { Text: not ("none" or null) }
            ? trigger.Texts
            : (trigger?["branches"]?["include"] ?? trigger?["branches"])?.Texts ?? [];
        return [.. tags, .. branches.Select(branch => "refs/heads/" + branch)];
    }

    private static bool IsPublishing(WorkflowNode node) =>
        Commands.Any(command => node[command] is not null) && ScriptOf(node).MayPublish;

    private static Script ScriptOf(WorkflowNode node) => new(Commands.SelectMany(node.TextsOf));
}
