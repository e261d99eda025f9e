using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>A job of a workflow file.</summary>
internal sealed class ActionsJob(string name, WorkflowNode job, WorkflowNode workflow)
{
    private static readonly string[] PublishingActions = ["changesets/action", "npm-publish", "semantic-release"];

    private readonly IReadOnlyList<WorkflowNode> steps = job["steps"]?.Items ?? [];

    public string Where { get; } = $"job {LintReport.Quote(name)}, line {job.Line}";

    public WorkflowNode Node => job;

    public WorkflowNode Workflow => workflow;

    /// <summary>The workflow that is called instead of steps of its own.</summary>
    public string? Callee => job["uses"]?.Text;

    public bool Publishes => steps.Any(Publishing);

    /// <summary>A job's own permissions replace the workflow's; they do not add to them.</summary>
    public WorkflowNode? Permissions => job["permissions"] ?? workflow["permissions"];

    public bool MayAskForTokens => Permissions is { } granted && (granted.Text == "write-all" || granted["id-token"]?.Text == "write");

    public string? Environment => job["environment"] is { IsMap: true } map ? map["name"]?.Text : job["environment"]?.Text;

    public IReadOnlyList<string> RunsOn => [.. job["runs-on"] is { IsMap: true } map ? map.TextsOf("labels") : job.TextsOf("runs-on")];

    public string? Container => job["container"]?.Text ?? job["container"]?["image"]?.Text;

    public IEnumerable<WorkflowNode> StepsUsing(string action) =>
        steps.Where(step => step["uses"]?.Text?.StartsWith(action + "@", StringComparison.Ordinal) == true);

    public bool InstallsNpm => steps.Any(step => ScriptOf(step).InstallsNpm);

    /// <summary>The steps that publish, each with what it sees; all of them as one when none shows that it does.</summary>
    public IEnumerable<PublishStep> PublishSteps() => steps.Where(Publishing).Select(step => new PublishStep(
        $"job {LintReport.Quote(name)}, line {step.Line}",
        ScriptOf(step),
        new Variables(step["env"], job["env"], workflow["env"]),
        [.. StepsUsing("actions/setup-node").Select(node => node["with"]?["registry-url"]?.Text).OfType<string>()]));

    private static bool Publishing(WorkflowNode step) =>
        ScriptOf(step).MayPublish
        || (step["uses"]?.Text is { } action && PublishingActions.Any(known => action.Contains(known, StringComparison.Ordinal)));

    private static Script ScriptOf(WorkflowNode step) => new(step.TextsOf("run"));
}
