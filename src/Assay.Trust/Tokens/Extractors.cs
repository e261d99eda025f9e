using System.Collections.Frozen;
using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>The closed set of ways to read a value out of a reference claim.</summary>
internal static class Extractors
{
    private delegate string? Extractor(Func<string, string?> input);

    private static readonly FrozenDictionary<string, (Extractor Run, string[] Inputs)> Known =
        new Dictionary<string, (Extractor, string[])>
        {
            ["github.workflow_ref"] = (
                input => GitHubWorkflow.File(input("value"), input("repository"), input("ref"), input("sha")),
                ["value", "repository", "ref", "sha"]),
            ["github.callee"] = (
                input => GitHubWorkflow.Callee(input("value"), input("caller"), input("repository"), input("ref"), input("sha")),
                ["value", "caller", "repository", "ref", "sha"]),
            ["gitlab.ci_config_ref_uri"] = (
                input => GitLabConfiguration.Path(
                    input("value"), input("config_host"), input("project_path"), input("ref_path"), input("sha")),
                ["value", "config_host", "project_path", "ref_path", "sha"]),
        }.ToFrozenDictionary();

    public static bool Knows(DeriveRule rule) =>
        Known.TryGetValue(rule.Use, out var extractor) && extractor.Inputs.ToHashSet().SetEquals(rule.Inputs.Keys);

    /// <summary>The derived value, or null when it cannot be read safely.</summary>
    public static string? Run(DeriveRule rule, ClaimTable claims) =>
        Known[rule.Use].Run(name => claims.Text(rule.Inputs[name]));
}
