using System.Collections.Frozen;
using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>The closed set of ways to read a value out of a reference claim.</summary>
internal static class Extractors
{
    private delegate string? Extractor(Func<string, string?> input);

    private const string DepotDirectory = ".depot/workflows/";

    private static readonly string[] WorkflowInputs = ["value", "repository", "ref", "sha"];

    private static readonly FrozenDictionary<string, (Extractor Run, string[] Inputs)> Known =
        new Dictionary<string, (Extractor, string[])>
        {
            ["github.workflow_ref"] = (
                input => GitHubWorkflow.File(input("value"), input("repository"), input("ref"), input("sha")),
                WorkflowInputs),
            ["forgejo.workflow_ref"] = (
                input => WorkflowReference.Path(
                    input("value"), input("repository"), input("ref"), input("sha"), ValueFormats.ForgejoDirectories),
                WorkflowInputs),
            ["depot.workflow_ref"] = (
                input => WorkflowReference.Path(input("value"), input("repository"), input("ref"), input("sha"), DepotDirectory)
                    ?[DepotDirectory.Length..],
                WorkflowInputs),
            ["github.callee"] = (
                input => GitHubWorkflow.Callee(input("value"), input("caller"), input("repository"), input("ref"), input("sha")),
                ["value", "caller", "repository", "ref", "sha"]),
            ["azure.project_path"] = (input => AzurePipeline.ProjectPath(input("value")), ["value"]),
            ["gitlab.ci_config_ref_uri"] = (
                input => GitLabConfiguration.Path(
                    input("value"), input("config_host"), input("project_path"), input("ref_path"), input("sha")),
                ["value", "config_host", "project_path", "ref_path", "sha"]),
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Known.Keys;

    public static bool Knows(DeriveRule rule) =>
        Known.TryGetValue(rule.Use, out var extractor) && extractor.Inputs.ToHashSet().SetEquals(rule.Inputs.Keys);

    /// <summary>The derived value, or null when it cannot be read safely.</summary>
    public static string? Run(DeriveRule rule, ClaimTable claims) =>
        Known[rule.Use].Run(name => claims.Text(rule.Inputs[name]));
}
