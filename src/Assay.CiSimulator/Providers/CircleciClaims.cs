using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>The claims of a CircleCI job. Their names contain dots and a slash; <c>ssh-rerun</c> is a boolean, the contexts an array.</summary>
internal static class CircleciClaims
{
    public const string Organisation = "a64b0a19-f221-4291-b000-8d24bd842b72";
    private const string Prefix = "oidc.circleci.com/";
    private const string User = "2f4f3c1e-5a0b-4d1f-8e7c-9b6a5d4c3b2a";

    public static JsonObject Of(JsonObject asked, Func<string, Uri> issuerOf)
    {
        var claims = new JobClaims(asked);
        var organisation = claims.Set(Prefix + "org-id", Organisation);
        var project = claims.Set(Prefix + "project-id", "5a301f56-eaa7-4cce-9441-37810f7c8452");
        var origin = claims.Set(Prefix + "vcs-origin", "github.com/acme/widget");
        var reference = claims.Set(Prefix + "vcs-ref", "refs/tags/v1.2.3");
        claims.Set(Prefix + "pipeline-definition-id", "17c50866-1802-5aeb-874e-7f4dfce1b6b5");
        claims.Set(Prefix + "context-ids", new JsonArray("a74579f1-2e7d-451e-b009-5c082ad2729e", "cb32986e-2f6f-4f43-b2bd-d3c2fd98e903"));
        claims.Set(Prefix + "ssh-rerun", (JsonNode)false);
        claims.Set("iss", issuerOf(organisation).OriginalString);
        claims.Set("sub", $"org/{organisation}/project/{project}/user/{User}/vcs-origin/{origin}/vcs-ref/{reference}");

        return claims.ToJson();
    }
}
