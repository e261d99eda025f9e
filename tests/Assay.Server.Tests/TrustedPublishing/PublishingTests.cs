using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>The main path: a policy, an exchange, a publish.</summary>
public sealed class PublishingTests
{
    [Theory]
    [InlineData("@acme/hello")]
    [InlineData("unscoped")]
    public async Task A_trusted_run_publishes_a_package_that_did_not_exist(string package)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.TrustGithubAsync(package);
        var token = await world.ExchangedAsync(world.Github(), package);

        using var published = await world.PublishAsync(token, "1.0.0", package);

        await published.ShouldBeAsync(HttpStatusCode.Created);
        using var packument = await world.App.GetAsync("/" + TrustWorld.Escape(package), world.Administrator);
        var document = await packument.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("1.0.0", (string?)document["dist-tags"]!["latest"]);
        Assert.Equal("github", (string?)document["versions"]!["1.0.0"]!["_npmUser"]!["trustedPublisher"]!["id"]);
    }

    [Fact]
    public async Task An_exchange_answers_what_the_clients_expect()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var now = world.App.Clock.GetUtcNow();

        using var answer = await world.ExchangeAsync(world.Github());

        var body = await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal("oidc", (string?)body["token_type"]);
        Assert.Matches("^npm_[A-Za-z0-9]{36}$", (string?)body["token"]);
        Assert.Equal(Shown(now), (string?)body["created"]);
        Assert.Equal(Shown(now.AddMinutes(15)), (string?)body["expires"]);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task The_first_success_pins_the_projects_ids()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        await world.ExchangedAsync(world.Github());

        var pins = await world.PinsAsync();
        Assert.Equal("74", pins["repository_id"]);
        Assert.Equal("65", pins["repository_owner_id"]);
    }

    [Fact]
    public async Task A_refused_exchange_pins_nothing()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var refused = await world.ExchangeAsync(world.Github(new JsonObject { ["ref_protected"] = "false" }));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Empty(await world.PinsAsync());
    }

    [Fact]
    public async Task A_renamed_repository_goes_on_publishing()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await world.PublishFromGithubAsync("1.1.0", new JsonObject
        {
            ["repository"] = "octo-org/renamed",
            ["repository_id"] = "74",
            ["repository_owner_id"] = "65",
        });

        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync());
    }

    [Fact]
    public async Task A_repository_that_took_over_the_name_publishes_nothing()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var refused = await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "75" }));

        await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task Owners_are_told_once_a_day_that_the_name_has_other_ids_behind_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "75" }));
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "75" }));
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "76", ["repository"] = "octo-org/another" }));
        await world.SettledAsync();

        var told = Assert.Single(await world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "project.other-ids").ToListAsync()));

        Assert.StartsWith(TrustWorld.Package + " ", told.Subject, StringComparison.Ordinal);
        Assert.Equal("issuer github, project 75: repository_id is '75', expected '74'", told.Detail);
        world.App.Clock.Advance(TimeSpan.FromDays(1));
        await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "75" }));
        await world.SettledAsync();
        Assert.Equal(2, await world.App.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "project.other-ids")));
        await world.PublishFromGithubAsync("1.1.0");
    }

    [Fact]
    public async Task One_token_publishes_once()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var second = await world.PublishAsync(token, "1.0.1");

        await second.ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-token-used");
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    // npm sends a PUT again when a proxy answered 502.
    [Fact]
    public async Task The_same_publish_repeated_succeeds_again_and_stores_nothing_more()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        var document = new TestPackage(TrustWorld.Package, "1.0.0").Document();
        await (await world.App.PutAsync("/@acme%2fhello", token, document)).ShouldBeAsync(HttpStatusCode.Created);
        var files = world.App.StoredFiles();

        using var repeated = await world.App.PutAsync("/@acme%2fhello", token, document);

        await repeated.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
        Assert.Equal(files, world.App.StoredFiles());
    }

    [Fact]
    public async Task The_same_version_with_other_bytes_is_not_a_repeat()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        var other = new TestPackage(TrustWorld.Package, "1.0.0") { Files = [("package/index.js", "module.exports = 2")] };

        using var repeated = await other.PublishAsync(world.App, token);

        await repeated.ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-token-used");
    }

    [Fact]
    public async Task The_next_run_publishes_the_next_version()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    [Fact]
    public async Task The_next_run_does_not_publish_the_same_version()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.PublishAsync(token, "1.0.0");

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
        Assert.Contains("You cannot publish over the previously published versions: 1.0.0", text, StringComparison.Ordinal);
    }

    // The next attempt of a person who fixes the version in the same job needs no new identity token.
    [Fact]
    public async Task A_publish_that_was_refused_leaves_the_token_good()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.PublishAsync(token, "1.0.0");

        using var answer = await world.PublishAsync(token, "1.0.1");

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_version_keeps_the_run_that_published_it()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["run_id"] = "4711" });

        var version = await world.App.ReadAsync(db => db.Versions.SingleAsync());
        var run = JsonNode.Parse(version.RunJson!)!;
        Assert.Equal("4711", (string?)run["claims"]!["run_id"]);
        Assert.Equal(world.Ci.Github.OriginalString, (string?)run["issuer"]);
        Assert.Equal("GitHub Actions", version.PublisherName);
    }

    [Fact]
    public async Task A_publish_token_reads_its_own_package_until_it_is_used_and_no_other()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await (await world.PublishAsync(world.Administrator, "1.0.0", "@acme/other")).ShouldBeAsync(HttpStatusCode.Created);
        var token = await world.ExchangedAsync(world.Github());

        using var own = await world.App.GetAsync("/@acme%2fhello", token);
        using var other = await world.App.GetAsync("/@acme%2fother", token);
        await world.PublishAsync(token, "1.0.1");
        using var afterwards = await world.App.GetAsync("/@acme%2fhello", token);

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, afterwards.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/-/package/@acme%2fhello/trust", "[]")]
    [InlineData("GET", "/-/package/@acme%2fhello/trust", null)]
    [InlineData("GET", "/-/assay/v1/package/@acme%2fhello/attempts", null)]
    [InlineData("GET", "/-/npm/v1/tokens", null)]
    public async Task A_publish_token_does_nothing_else(string method, string path, string? body)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.App.SendAsync(new HttpMethod(method), path, token, body is null ? null : RegistryApp.Json(JsonNode.Parse(body)));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
    }

    [Fact]
    public async Task A_gitlab_job_publishes_two_packages_with_its_one_token()
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync("@acme/a", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await (await world.TrustAsync("@acme/b", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var identityToken = world.Ci.MintGitlab();

        using var first = await world.PublishAsync(await world.ExchangedAsync(identityToken, "@acme/a"), "1.0.0", "@acme/a");
        using var second = await world.PublishAsync(await world.ExchangedAsync(identityToken, "@acme/b"), "1.0.0", "@acme/b");

        await first.ShouldBeAsync(HttpStatusCode.Created);
        await second.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_circleci_job_publishes_with_the_context_that_the_policy_names()
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Circleci(TrustRequest.Context))).ShouldBeCreatedAsync();

        using var answer = await world.PublishAsync(await world.ExchangedAsync(world.Ci.MintCircleci()), "1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
