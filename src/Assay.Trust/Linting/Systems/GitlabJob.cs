using System.Collections.Frozen;
using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>A job of a GitLab pipeline, with what it takes over from the file's defaults.</summary>
internal sealed class GitlabJob(string name, WorkflowNode job, WorkflowNode pipeline)
{
    // The words of the older `only:`, as rules would say them.
    private static readonly FrozenDictionary<string, string> Only = new Dictionary<string, string>
    {
        ["branches"] = "$CI_COMMIT_BRANCH",
        ["tags"] = "$CI_COMMIT_TAG",
        ["merge_requests"] = "$CI_PIPELINE_SOURCE == 'merge_request_event'",
        ["external_pull_requests"] = "$CI_PIPELINE_SOURCE == 'external_pull_request_event'",
        ["schedules"] = "$CI_PIPELINE_SOURCE == 'schedule'",
        ["triggers"] = "$CI_PIPELINE_SOURCE == 'trigger'",
        ["api"] = "$CI_PIPELINE_SOURCE == 'api'",
    }.ToFrozenDictionary();

    public string Where { get; } = $"job {LintReport.Quote(name)}, line {job.Line}";

    public WorkflowNode? IdTokens => job["id_tokens"] ?? pipeline["default"]?["id_tokens"];

    public string? Environment => job["environment"] is { IsMap: true } map ? map["name"]?.Text : job["environment"]?.Text;

    public string? Image => ImageOf(job) ?? ImageOf(pipeline["default"]) ?? ImageOf(pipeline);

    /// <summary>When the job runs, as one text to look for words in.</summary>
    public string Rules => string.Join(
        '\n',
        [.. TextsIn(job["rules"]), .. TextsIn(job["only"]).Select(word => Only.GetValueOrDefault(word, word)), .. TextsIn(pipeline["workflow"]?["rules"])]);

    /// <summary>Whether parts of the job stand where this file does not show them.</summary>
    public bool MayHaveMoreElsewhere => job["extends"] is not null || pipeline["include"] is not null || job.All.Any(node => node.IsElsewhere);

    public PublishStep Step => new(
        Where,
        new Script([.. Before?.Texts ?? [], .. job.TextsOf("script")]),
        new Variables(job["variables"], pipeline["variables"]),
        Registries: []);

    private WorkflowNode? Before => job["before_script"] ?? pipeline["default"]?["before_script"] ?? pipeline["before_script"];

    private static string? ImageOf(WorkflowNode? node) => node?["image"] is { IsMap: true } map ? map["name"]?.Text : node?["image"]?.Text;

    private static IEnumerable<string> TextsIn(WorkflowNode? node) => node?.All.Select(value => value.Text).OfType<string>() ?? [];
}
