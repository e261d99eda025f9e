using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;

namespace Assay.EndToEnd.Simulator;

public sealed class GithubSimulatorTests : IAsyncLifetime
{
    private readonly SimulatorClient client = new();
    private CiSimulatorHost ci = null!;

    [Fact]
    public async Task A_job_gets_a_signed_token_for_the_audience_it_asks_for()
    {
        var token = await client.RequestTokenAsync(ci.StartGithub());

        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.Github)));
        Assert.Equal(ci.Github.OriginalString, token["iss"]);
        Assert.Equal("npm:localhost", token["aud"]);
    }

    [Fact]
    public async Task Without_an_audience_the_token_is_for_the_owner()
    {
        var token = await client.RequestTokenAsync(ci.StartGithub(), query: "");

        Assert.Equal("https://github.com/octo-org", token["aud"]);
    }

    [Fact]
    public async Task A_token_lives_five_minutes_and_was_valid_ten_minutes_before()
    {
        var token = await client.RequestTokenAsync(ci.StartGithub());

        Assert.Equal(300, token.Time("exp") - token.Time("iat"));
        Assert.Equal(600, token.Time("iat") - token.Time("nbf"));
    }

    [Fact]
    public async Task Each_token_of_a_run_has_an_id_of_its_own()
    {
        var job = ci.StartGithub();

        var first = await client.RequestTokenAsync(job);
        var second = await client.RequestTokenAsync(job);

        Assert.NotEqual(first["jti"], second["jti"]);
        Assert.Equal(first["run_id"], second["run_id"]);
        Assert.Equal(job["GITHUB_RUN_ID"], first["run_id"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public async Task Without_the_runs_bearer_there_is_no_token(string? bearer)
    {
        using var answer = await client.GetAsync(ci.StartGithub()["ACTIONS_ID_TOKEN_REQUEST_URL"], bearer);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void All_claims_of_a_real_token_are_there_and_are_strings()
    {
        string[] expected =
        [
            "actor", "actor_id", "aud", "base_ref", "check_run_id", "event_name", "exp", "head_ref", "iat", "iss", "job_workflow_ref",
            "job_workflow_sha", "jti", "nbf", "ref", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner",
            "repository_owner_id", "repository_visibility", "run_attempt", "run_id", "run_number", "runner_environment", "sha", "sub",
            "workflow", "workflow_ref", "workflow_sha",
        ];

        var claims = new IssuedToken(ci.MintGithub()).Claims;

        Assert.Equal(expected, claims.Select(claim => claim.Key).Order(StringComparer.Ordinal));
        Assert.All(claims.Where(claim => claim.Key is not ("exp" or "iat" or "nbf")), claim => Assert.Equal("String", claim.Value!.GetValueKind().ToString()));
    }

    [Fact]
    public void A_job_of_another_repository_is_another_repository_everywhere()
    {
        var token = new IssuedToken(ci.MintGithub(new JsonObject { ["repository"] = "mallory/hello", ["workflow_file"] = "evil.yml", ["ref"] = "refs/heads/x" }));

        Assert.Equal("mallory", token["repository_owner"]);
        Assert.NotEqual("74", token["repository_id"]);
        Assert.NotEqual("65", token["repository_owner_id"]);
        Assert.Equal("mallory/hello/.github/workflows/evil.yml@refs/heads/x", token["workflow_ref"]);
        Assert.Equal(token["workflow_ref"], token["job_workflow_ref"]);
        Assert.Equal("repo:mallory/hello:ref:refs/heads/x", token["sub"]);
        Assert.Equal("branch", token["ref_type"]);
        Assert.Null(token["workflow_file"]);
    }

    [Fact]
    public void An_explicit_claim_wins_over_what_would_follow_and_null_removes_one()
    {
        var token = new IssuedToken(ci.MintGithub(new JsonObject { ["repository"] = "a/b", ["workflow_ref"] = "c/d/.github/workflows/e.yml@f", ["sub"] = null }));

        Assert.Equal("c/d/.github/workflows/e.yml@f", token["workflow_ref"]);
        Assert.False(token.Claims.ContainsKey("sub"));
    }

    [Fact]
    public void An_environment_is_in_the_subject_and_escaped()
    {
        var token = new IssuedToken(ci.MintGithub(new JsonObject { ["environment"] = "a:b" }));

        Assert.Equal("repo:octo-org/octo-repo:environment:a%3Ab", token["sub"]);
        Assert.StartsWith("EN_", token["environment_node_id"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_sets_a_claim_for_one_token_only()
    {
        var job = ci.StartGithub();

        var changed = await client.RequestTokenAsync(job, "&claim.environment=release&claims=%7B%22sub%22:null%7D");
        var unchanged = await client.RequestTokenAsync(job);

        Assert.Equal("release", changed["environment"]);
        Assert.Null(changed["sub"]);
        Assert.Null(unchanged["environment"]);
    }

    [Fact]
    public async Task A_run_can_be_started_from_outside_the_process()
    {
        var job = await client.StartAsync(new Uri(ci.Url, "/github/runs"), """{"repository":"octo-org/hello"}""");

        var token = await client.RequestTokenAsync(job);

        Assert.Equal("true", job["GITHUB_ACTIONS"]);
        Assert.Equal("octo-org/hello", job["GITHUB_REPOSITORY"]);
        Assert.Equal("octo-org/hello", token["repository"]);
    }

    [Fact]
    public async Task Four_keys_are_published_and_a_rotation_adds_one_that_signs()
    {
        var before = new IssuedToken(ci.MintGithub());
        var published = await client.DiscoverKeysAsync(ci.Github);
        ci.RotateKeys();
        var after = new IssuedToken(ci.MintGithub());
        var rotated = await client.DiscoverKeysAsync(ci.Github);

        Assert.Equal(4, published.Count);
        Assert.Equal(5, rotated.Count);
        Assert.False(after.IsSignedBy(published));
        Assert.True(after.IsSignedBy(rotated));
        Assert.True(before.IsSignedBy(rotated));
        Assert.Equal(2, ci.KeyRequests);
    }

    [Fact]
    public async Task Keys_can_be_forgotten_as_after_a_leak()
    {
        var before = new IssuedToken(ci.MintGithub());

        ci.RotateKeys(keepOlder: false);

        Assert.False(before.IsSignedBy(await client.DiscoverKeysAsync(ci.Github)));
    }

    public async ValueTask InitializeAsync() => ci = await CiSimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await ci.DisposeAsync();
    }
}
