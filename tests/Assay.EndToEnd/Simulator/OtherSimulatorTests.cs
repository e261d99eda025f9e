using System.Text.Json.Nodes;
using Assay.CiSimulator;

namespace Assay.EndToEnd.Simulator;

public sealed class OtherSimulatorTests : IAsyncLifetime
{
    private readonly SimulatorClient client = new();
    private CiSimulatorHost ci = null!;

    [Fact]
    public async Task A_gitlab_job_has_one_token_for_the_audience_its_configuration_names()
    {
        var job = await client.StartAsync(new Uri(ci.Url, "/gitlab/jobs"), """{"aud":"npm:packages.example.test","claims":{"project_path":"g/s/p"}}""");

        var token = new IssuedToken(job["NPM_ID_TOKEN"]);

        Assert.Equal("true", job["GITLAB_CI"]);
        Assert.Equal("g/s/p", job["CI_PROJECT_PATH"]);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.Gitlab)));
        Assert.Equal("npm:packages.example.test", token["aud"]);
        Assert.Equal("g/s", token["namespace_path"]);
        Assert.Equal(token["project_id"], token["job_project_id"]);
        Assert.Equal(3600, token.Time("exp") - token.Time("iat"));
        Assert.Equal(5, token.Time("iat") - token.Time("nbf"));
    }

    [Fact]
    public void A_gitlab_tag_is_in_every_claim_that_names_the_ref()
    {
        var token = new IssuedToken(ci.MintGitlab(new JsonObject { ["ref"] = "v1.0.0", ["ref_type"] = "tag" }));

        Assert.Equal("refs/tags/v1.0.0", token["ref_path"]);
        Assert.Equal($"{ci.GitlabConfigHost}/octocat/hello-world//.gitlab-ci.yml@refs/tags/v1.0.0", token["ci_config_ref_uri"]);
        Assert.Equal("project_path:octocat/hello-world:ref_type:tag:ref:v1.0.0", token["sub"]);
        Assert.Equal("Number", token.Claims["runner_id"]!.GetValueKind().ToString());
    }

    [Fact]
    public async Task A_gitlab_may_live_on_another_host_than_its_issuer()
    {
        await using var elsewhere = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { GitlabConfigHost = "gitlab.corp.example:8443" }, TestContext.Current.CancellationToken);

        var token = new IssuedToken(elsewhere.MintGitlab());

        Assert.StartsWith("gitlab.corp.example:8443/octocat/", token["ci_config_ref_uri"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circleci_job_has_a_token_of_its_organisation_without_id_and_start()
    {
        var job = await client.StartAsync(new Uri(ci.Url, "/circleci/jobs"), "");

        var token = new IssuedToken(job["NPM_ID_TOKEN"]);

        Assert.Equal("true", job["CIRCLECI"]);
        Assert.Equal(ci.Circleci.OriginalString, token["iss"]);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.Circleci)));
        Assert.False(token.Claims.ContainsKey("jti"));
        Assert.False(token.Claims.ContainsKey("nbf"));
        Assert.Equal("False", token.Claims["oidc.circleci.com/ssh-rerun"]!.GetValueKind().ToString());
        Assert.Equal(2, token.Claims["oidc.circleci.com/context-ids"]!.AsArray().Count);
        Assert.Equal(token["oidc.circleci.com/org-id"], new IssuedToken(job["CIRCLE_OIDC_TOKEN_V2"])["aud"]);
    }

    [Fact]
    public async Task Another_circleci_organisation_is_another_issuer()
    {
        const string Other = "11111111-2222-3333-4444-555555555555";
        var token = new IssuedToken(ci.MintCircleci(new JsonObject { ["oidc.circleci.com/org-id"] = Other }));

        Assert.EndsWith($"/circleci/org/{Other}", token["iss"], StringComparison.Ordinal);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(new Uri(token["iss"]!))));
    }

    [Theory]
    [InlineData(Forgery.None, "RS256", true)]
    [InlineData(Forgery.Expired, "RS256", true)]
    [InlineData(Forgery.NotYetValid, "RS256", true)]
    [InlineData(Forgery.WrongIssuer, "RS256", true)]
    [InlineData(Forgery.UnknownKey, "RS256", false)]
    [InlineData(Forgery.BadSignature, "RS256", false)]
    [InlineData(Forgery.AlgNone, "none", false)]
    [InlineData(Forgery.Hs256PublicKey, "HS256", false)]
    public async Task A_forgery_is_wrong_in_one_way(Forgery forgery, string algorithm, bool verifies)
    {
        var keys = await client.DiscoverKeysAsync(ci.Github);

        var token = new IssuedToken(ci.MintGithub(forgery: forgery));
        var known = keys.Any(key => (string?)key!["kid"] == (string?)token.Header["kid"]);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(algorithm, (string?)token.Header["alg"]);
        Assert.Equal(verifies, token.IsSignedBy(keys));
        Assert.Equal(forgery != Forgery.UnknownKey, known);
        Assert.Equal(forgery != Forgery.WrongIssuer, token["iss"] == ci.Github.OriginalString);
        Assert.Equal(forgery == Forgery.Expired, token.Time("exp") < now - 3000);
        Assert.Equal(forgery == Forgery.NotYetValid, token.Time("nbf") > now + 2000);
    }

    [Fact]
    public async Task A_scenario_changes_what_every_job_claims()
    {
        var scenario = Scenario.Parse("""{"github":{"repository":"acme/widget","runner_environment":"self-hosted"},"circleci":{"oidc.circleci.com/vcs-ref":null}}""");
        await using var staged = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { Scenario = scenario }, TestContext.Current.CancellationToken);

        var token = new IssuedToken(staged.MintGithub(new JsonObject { ["ref"] = "refs/heads/main" }));

        Assert.Equal("repo:acme/widget:ref:refs/heads/main", token["sub"]);
        Assert.Equal("self-hosted", token["runner_environment"]);
        Assert.Null(new IssuedToken(staged.MintCircleci())["oidc.circleci.com/vcs-ref"]);
    }

    public async ValueTask InitializeAsync() => ci = await CiSimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await ci.DisposeAsync();
    }
}
