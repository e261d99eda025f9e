using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>What the certificate authority copies out of an identity token: as the public one is configured for GitHub and GitLab.</summary>
internal sealed record CertifiedClaims(string Name, IReadOnlyList<(int Extension, string Text)> Extensions)
{
    public static CertifiedClaims Of(JsonObject claims) => claims.ContainsKey("job_workflow_ref") ? OfGithub(claims) : OfGitlab(claims);

    private static CertifiedClaims OfGithub(JsonObject claims)
    {
        const string Web = "https://github.com/";
        string Claim(string name) => Text(claims, name);
        var repository = Web + Claim("repository");
        var workflow = Web + Claim("job_workflow_ref");

        return new CertifiedClaims(workflow, Given(
        [
            (1, Claim("iss")), (2, Claim("event_name")), (3, Claim("sha")), (4, Claim("workflow")), (5, Claim("repository")), (6, Claim("ref")),
            (8, Claim("iss")), (9, workflow), (10, Claim("job_workflow_sha")), (11, Claim("runner_environment")),
            (12, repository), (13, Claim("sha")), (14, Claim("ref")), (15, Claim("repository_id")),
            (16, Web + Claim("repository_owner")), (17, Claim("repository_owner_id")),
            (18, Web + Claim("workflow_ref")), (19, Claim("workflow_sha")), (20, Claim("event_name")),
            (21, $"{repository}/actions/runs/{Claim("run_id")}/attempts/{Claim("run_attempt")}"),
            (22, Claim("repository_visibility")), (23, Claim("environment")), (24, Claim("sub")),
        ]));
    }

    private static CertifiedClaims OfGitlab(JsonObject claims)
    {
        const string Web = "https://gitlab.com/";
        string Claim(string name) => Text(claims, name);
        var project = Web + Claim("project_path");
        var config = "https://" + Claim("ci_config_ref_uri");

        return new CertifiedClaims(config, Given(
        [
            (1, Claim("iss")), (8, Claim("iss")), (9, config), (10, Claim("ci_config_sha")), (11, Claim("runner_environment")),
            (12, project), (13, Claim("sha")), (14, Claim("ref_path")), (15, Claim("project_id")),
            (16, Web + Claim("namespace_path")), (17, Claim("namespace_id")),
            (18, config), (19, Claim("ci_config_sha")), (20, Claim("pipeline_source")),
            (21, $"{project}/-/jobs/{Claim("job_id")}"), (22, Claim("project_visibility")), (23, Claim("environment")), (24, Claim("sub")),
        ]));
    }

    private static string Text(JsonObject claims, string name) => claims[name]?.ToString() ?? "";

    private static (int, string)[] Given((int Extension, string Text)[] all) => [.. all.Where(each => each.Text.Length > 0)];
}
