using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>What starts a workflow: which events, from which refs.</summary>
internal sealed class ActionsTriggers(WorkflowNode workflow)
{
    private const string Called = "workflow_call";
    private static readonly string[] Dangerous = ["pull_request_target", "workflow_run"];

    private readonly WorkflowNode? on = workflow["on"];

    private IReadOnlyList<string> Events => on is { IsMap: true } ? [.. on.Members.Select(member => member.Key)] : [.. on?.Texts ?? []];

    private string Where => on is null ? "file" : $"on, line {on.Line}";

    public void Check(LintReport report, LintTarget target)
    {
        var allowed = target.Field("events", ActionsDialect.UsualEvents);
        foreach (var name in Events.Where(name => name != Called))
        {
            CheckEvent(report, name, allowed);
        }
        if (Events.All(name => name == Called))
        {
            report.Warning(
                "only-called", Where, "Other workflows call this one; the policy names the file that calls, and this one by its callee rule.",
                "Lint the calling workflow too.");
            return;
        }
        if (!Events.Contains(Called) && !Events.Any(name => allowed.Contains(name)))
        {
            report.Error(
                "event-not-allowed", Where, $"Nothing that starts this workflow may publish; the policy allows {LintReport.Quote(allowed)}.",
                "Start it by push of a tag, by release or by workflow_dispatch.");
        }
        SharedChecks.Refs(report, target, Where, [.. Events.Where(name => allowed.Contains(name)).SelectMany(Refs).Distinct()]);
    }

    private void CheckEvent(LintReport report, string name, IReadOnlyList<string> allowed)
    {
        if (Dangerous.Contains(name))
        {
            report.Error(
                "event-not-allowed", Where,
                $"{name} never publishes: outsiders start it, on a trusted ref. A publishing job should not even be reachable from it.",
                $"Move the publishing job to a workflow without {name}.");
        }
        else if (!ActionsDialect.WritingEvents.Contains(name))
        {
            report.Warning(
                "event-not-allowed", Where, $"Runs started by {LintReport.Quote(name)} never publish.",
                $"Guard the publishing job: if: github.event_name != '{name}'");
        }
        else if (!allowed.Contains(name))
        {
            report.Warning(
                "event-not-allowed", Where, $"The policy does not allow {name}, only {LintReport.Quote(allowed)}.",
                "Remove the trigger, or have the owner add the event.");
        }
    }

    private IEnumerable<string> Refs(string name) => name switch
    {
        "push" => Pushed(on?[name]),
        "release" => ["refs/tags/**"],
        "schedule" or "repository_dispatch" => ["refs/heads/**"],
        _ => ["refs/**"],
    };

    // A filter on tags alone leaves branches out, and the other way round.
    private static IEnumerable<string> Pushed(WorkflowNode? push)
    {
        var tags = Filtered(push, "tags", "refs/tags/");
        var branches = Filtered(push, "branches", "refs/heads/");
        return tags is null && branches is null ? ["refs/**"] : [.. tags ?? [], .. branches ?? []];
    }

    private static IEnumerable<string>? Filtered(WorkflowNode? push, string filter, string prefix) =>
        push?[filter] is { } named ? named.Texts.Where(pattern => !pattern.StartsWith('!')).Select(pattern => prefix + pattern)
            : push?[filter + "-ignore"] is not null ? [prefix + "**"]
            : null;
}
