using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Providers;

/// <summary>GitLab: the job's configuration names the audience, and one token for the whole job lies in the environment.</summary>
internal sealed class Gitlab(Uri url, string configHost, JsonObject defaults, TimeProvider clock)
{
    private static readonly TokenShape Shape = new(TimeSpan.FromHours(1), NotBefore: TimeSpan.FromSeconds(5), HasId: true);

    private static readonly (string, string)[] Repeated =
    [
        ("CI_PROJECT_PATH", "project_path"), ("CI_PROJECT_ID", "project_id"), ("CI_PROJECT_NAMESPACE", "namespace_path"),
        ("CI_PROJECT_VISIBILITY", "project_visibility"), ("CI_COMMIT_SHA", "sha"), ("CI_COMMIT_REF_NAME", "ref"),
        ("CI_COMMIT_REF_PROTECTED", "ref_protected"), ("CI_PIPELINE_ID", "pipeline_id"), ("CI_PIPELINE_SOURCE", "pipeline_source"),
        ("CI_JOB_ID", "job_id"), ("CI_RUNNER_ID", "runner_id"), ("CI_ENVIRONMENT_NAME", "environment"), ("GITLAB_USER_LOGIN", "user_login"),
    ];

    private long started;

    public string ConfigHost => configHost;

    public TokenIssuer Issuer { get; } = new(url, new SigningKeys("gitlab", initial: 1), Shape, clock);

    /// <summary>Starts a job and says what it finds in the environment: its token, good for the whole job, among the rest.</summary>
    public IReadOnlyDictionary<string, string> Start(JsonObject asked, string audience, Forgery forgery)
    {
        var claims = NextJob(asked);

        return new Dictionary<string, string>(JobEnvironment.Of(claims, Repeated))
        {
            ["GITLAB_CI"] = "true",
            ["CI_SERVER_URL"] = url.OriginalString,
            ["NPM_ID_TOKEN"] = Issuer.Mint(claims, audience, forgery),
        };
    }

    public string Mint(JsonObject asked, string audience, Forgery forgery) => Issuer.Mint(NextJob(asked), audience, forgery);

    private JsonObject NextJob(JsonObject asked)
    {
        var number = Interlocked.Increment(ref started);
        var coordinates = new JsonObject
        {
            ["pipeline_id"] = (2_069_090_987 + number).ToString(),
            ["job_id"] = (11_530_106_120 + number).ToString(),
        };

        return GitlabClaims.Of(MergePatch.Apply(MergePatch.Apply(coordinates, defaults), asked), configHost);
    }
}
