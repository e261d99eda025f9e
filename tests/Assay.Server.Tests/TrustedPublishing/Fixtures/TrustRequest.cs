using System.Text.Json.Nodes;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>One configuration as <c>npm trust</c> sends it, fitting the simulator's usual run of each provider.</summary>
internal static class TrustRequest
{
    public const string Organisation = "a64b0a19-f221-4291-b000-8d24bd842b72";
    public const string Context = "a74579f1-2e7d-451e-b009-5c082ad2729e";

    public static JsonObject Github(string repository = "octo-org/octo-repo", string? environment = null, string file = "publish.yml")
    {
        var claims = new JsonObject { ["repository"] = repository, ["workflow_ref"] = new JsonObject { ["file"] = file } };
        return Of("github", With(claims, environment));
    }

    public static JsonObject Gitlab(string? environment = null)
    {
        var claims = new JsonObject
        {
            ["project_path"] = "octocat/hello-world",
            ["ci_config_ref_uri"] = new JsonObject { ["file"] = ".gitlab-ci.yml" },
        };
        return Of("gitlab", With(claims, environment));
    }

    public static JsonObject Circleci(params string[] contexts)
    {
        var claims = new JsonObject
        {
            ["oidc.circleci.com/org-id"] = Organisation,
            ["oidc.circleci.com/project-id"] = "5a301f56-eaa7-4cce-9441-37810f7c8452",
            ["oidc.circleci.com/pipeline-definition-id"] = "17c50866-1802-5aeb-874e-7f4dfce1b6b5",
            ["oidc.circleci.com/vcs-origin"] = "github.com/acme/widget",
        };
        if (contexts.Length > 0)
        {
            claims["oidc.circleci.com/context-ids"] = new JsonArray([.. contexts.Select(context => JsonValue.Create(context))]);
        }
        return Of("circleci", claims);
    }

    private static JsonObject With(JsonObject claims, string? environment)
    {
        if (environment is not null)
        {
            claims["environment"] = environment;
        }
        return claims;
    }

    private static JsonObject Of(string type, JsonObject claims) => new()
    {
        ["type"] = type,
        ["claims"] = claims,
        ["permissions"] = new JsonArray("createPackage"),
    };
}
