using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Providers;

/// <summary>GitHub Actions: a job asks for each token with its bearer, names the audience, and has five minutes to use it.</summary>
internal sealed class Github(Uri url, JsonObject defaults, TimeProvider clock)
{
    private static readonly TokenShape Shape = new(TimeSpan.FromMinutes(5), NotBefore: TimeSpan.FromMinutes(10), HasId: true);

    private static readonly (string, string)[] Repeated =
    [
        ("GITHUB_REPOSITORY", "repository"), ("GITHUB_REPOSITORY_ID", "repository_id"),
        ("GITHUB_REPOSITORY_OWNER", "repository_owner"), ("GITHUB_REPOSITORY_OWNER_ID", "repository_owner_id"),
        ("GITHUB_WORKFLOW", "workflow"), ("GITHUB_WORKFLOW_REF", "workflow_ref"), ("GITHUB_WORKFLOW_SHA", "workflow_sha"),
        ("GITHUB_REF", "ref"), ("GITHUB_REF_TYPE", "ref_type"), ("GITHUB_REF_PROTECTED", "ref_protected"),
        ("GITHUB_HEAD_REF", "head_ref"), ("GITHUB_BASE_REF", "base_ref"), ("GITHUB_SHA", "sha"), ("GITHUB_EVENT_NAME", "event_name"),
        ("GITHUB_RUN_ID", "run_id"), ("GITHUB_RUN_NUMBER", "run_number"), ("GITHUB_RUN_ATTEMPT", "run_attempt"),
        ("GITHUB_ACTOR", "actor"), ("GITHUB_ACTOR_ID", "actor_id"), ("RUNNER_ENVIRONMENT", "runner_environment"),
    ];

    private readonly ConcurrentDictionary<string, GithubRun> runs = new();
    private long started;

    public TokenIssuer Issuer { get; } = new(url, new SigningKeys("github", initial: 4), Shape, clock);

    /// <summary>Starts a run and says what its job finds in the environment.</summary>
    public IReadOnlyDictionary<string, string> Start(JsonObject asked, Forgery forgery)
    {
        var run = new GithubRun(NextRun(asked), forgery, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)));
        var handle = RandomNumberGenerator.GetHexString(32, lowercase: true);
        runs[handle] = run;

        return new Dictionary<string, string>(JobEnvironment.Of(GithubClaims.Of(run.Wishes), Repeated))
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["RUNNER_OS"] = "Linux",
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{url.OriginalString}/token?api-version=2.0&run={handle}",
            ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = run.Bearer,
        };
    }

    public GithubRun? Find(string handle) => runs.GetValueOrDefault(handle);

    /// <summary>A token of a run of its own, without the detour over a job.</summary>
    public string Mint(JsonObject asked, string? audience, Forgery forgery) => MintFor(NextRun(asked), audience, forgery);

    /// <summary>One more token of a run, with claims changed for this token only.</summary>
    public string Mint(GithubRun run, JsonObject changes, string? audience, Forgery forgery) =>
        MintFor(MergePatch.Apply(run.Wishes, changes), audience, forgery == Forgery.None ? run.Forgery : forgery);

    private string MintFor(JsonObject wishes, string? audience, Forgery forgery)
    {
        var claims = GithubClaims.Of(wishes);

        return Issuer.Mint(claims, audience ?? $"https://github.com/{claims["repository_owner"]}", forgery);
    }

    private JsonObject NextRun(JsonObject asked)
    {
        var number = Interlocked.Increment(ref started);
        var coordinates = new JsonObject
        {
            ["run_id"] = (9_876_543_210 + number).ToString(),
            ["run_number"] = number.ToString(),
            ["check_run_id"] = (26_512_345_678 + number).ToString(),
        };

        return MergePatch.Apply(MergePatch.Apply(coordinates, defaults), asked);
    }
}

/// <summary>A run: what was asked of it, and the bearer its job asks for tokens with.</summary>
internal sealed record GithubRun(JsonObject Wishes, Forgery Forgery, string Bearer);
