using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>The claims of a GitHub Actions job. <c>workflow_file</c> is not a claim: it names the file in <c>workflow_ref</c>.</summary>
internal static class GithubClaims
{
    private const string Commit = "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19";

    public static JsonObject Of(JsonObject asked)
    {
        var claims = new JobClaims(asked);
        var file = claims.Take("workflow_file", "publish.yml");
        var repository = SetRepository(claims);
        var (reference, eventName) = SetTrigger(claims);
        SetWorkflow(claims, repository, file, reference);
        SetSubject(claims, repository, reference, eventName);
        claims.Set("repository_visibility", "public");
        claims.Set("actor", "octocat");
        claims.Set("actor_id", "12");
        claims.Set("run_attempt", "1");
        claims.Set("runner_environment", "github-hosted");

        return claims.ToJson();
    }

    private static string SetRepository(JobClaims claims)
    {
        var repository = claims.Set("repository", "octo-org/octo-repo");
        var owner = claims.Set("repository_owner", repository.Split('/')[0]);
        claims.Set("repository_id", repository == "octo-org/octo-repo" ? "74" : JobClaims.IdOf(repository));
        claims.Set("repository_owner_id", owner == "octo-org" ? "65" : JobClaims.IdOf(owner));

        return repository;
    }

    private static (string Ref, string Event) SetTrigger(JobClaims claims)
    {
        var eventName = claims.Set("event_name", "push");
        var (usual, head) = eventName switch
        {
            "push" or "release" or "create" => ("refs/tags/v1.2.3", ""),
            "pull_request" or "pull_request_review" => ("refs/pull/7/merge", "patch-1"),
            // Since December 2025 it runs on the default branch: only the event tells it from a trusted one.
            "pull_request_target" => ("refs/heads/main", "patch-1"),
            _ => ("refs/heads/main", ""),
        };
        var reference = claims.Set("ref", usual);
        claims.Set("ref_type", reference.StartsWith("refs/tags/", StringComparison.Ordinal) ? "tag" : reference.Length == 0 ? "" : "branch");
        claims.Set("ref_protected", reference.StartsWith("refs/pull/", StringComparison.Ordinal) ? "false" : "true");
        claims.Set("head_ref", head);
        claims.Set("base_ref", head.Length == 0 ? "" : "main");

        return (reference, eventName);
    }

    private static void SetWorkflow(JobClaims claims, string repository, string file, string reference)
    {
        var sha = claims.Set("sha", Commit);
        var at = reference.Length == 0 ? sha : reference;
        var workflow = claims.Set("workflow_ref", $"{repository}/.github/workflows/{file}@{at}");
        var workflowSha = claims.Set("workflow_sha", sha);
        claims.Set("workflow", "Publish");
        claims.Set("job_workflow_ref", workflow);
        claims.Set("job_workflow_sha", workflowSha);
    }

    private static void SetSubject(JobClaims claims, string repository, string reference, string eventName)
    {
        var environment = claims.SetIfAsked("environment");

        if (environment is not null)
        {
            claims.Set("environment_node_id", $"EN_kwDO{JobClaims.IdOf(environment)}");
        }

        var context = environment is not null ? $"environment:{Escape(environment)}"
            : eventName == "pull_request" ? "pull_request"
            : $"ref:{Escape(reference)}";
        claims.Set("sub", $"repo:{repository}:{context}");
    }

    private static string Escape(string value) => value.Replace(":", "%3A", StringComparison.Ordinal);
}
