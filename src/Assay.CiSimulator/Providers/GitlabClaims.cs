using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>The claims of a GitLab job. <c>config_path</c> is not a claim: it names the file in <c>ci_config_ref_uri</c>.</summary>
internal static class GitlabClaims
{
    private const string Commit = "76719c2658b5c4423810d655a4624af1b38b7091";

    public static JsonObject Of(JsonObject asked, string configHost)
    {
        var claims = new JobClaims(asked);
        var configPath = claims.Take("config_path", ".gitlab-ci.yml");
        var project = SetProject(claims);
        var path = SetRef(claims, project);
        var sha = claims.Set("sha", Commit);
        claims.Set("ci_config_ref_uri", $"{configHost}/{project}//{configPath}@{path}");
        claims.Set("ci_config_sha", sha);
        claims.Set("pipeline_source", "push");
        claims.Set("project_visibility", "public");
        claims.Set("runner_id", (JsonNode)12270840);
        claims.Set("runner_environment", "gitlab-hosted");
        claims.Set("user_id", "39035");
        claims.Set("user_login", "octocat");
        claims.Set("user_email", "octocat@example.test");
        claims.Set("user_access_level", "owner");
        SetEnvironment(claims);

        return claims.ToJson();
    }

    // A job of the project itself; a fork's merge request is asked for by setting job_project_* apart from project_*.
    private static string SetProject(JobClaims claims)
    {
        var project = claims.Set("project_path", "octocat/hello-world");
        var group = claims.Set("namespace_path", project[..project.LastIndexOf('/')]);
        var projectId = claims.Set("project_id", project == "octocat/hello-world" ? "74884433" : JobClaims.IdOf(project));
        var groupId = claims.Set("namespace_id", group == "octocat" ? "123" : JobClaims.IdOf(group));
        claims.Set("job_project_id", projectId);
        claims.Set("job_project_path", project);
        claims.Set("job_namespace_id", groupId);
        claims.Set("job_namespace_path", group);

        return project;
    }

    private static string SetRef(JobClaims claims, string project)
    {
        var reference = claims.Set("ref", "main");
        var type = claims.Set("ref_type", "branch");
        var path = claims.Set("ref_path", type == "tag" ? $"refs/tags/{reference}" : $"refs/heads/{reference}");
        claims.Set("ref_protected", "true");
        claims.Set("sub", $"project_path:{project}:ref_type:{type}:ref:{reference}");

        return path;
    }

    private static void SetEnvironment(JobClaims claims)
    {
        if (claims.SetIfAsked("environment") is { } environment)
        {
            claims.Set("environment_protected", "false");
            claims.Set("deployment_tier", environment == "production" ? environment : "other");
            claims.Set("environment_action", "start");
        }
    }
}
