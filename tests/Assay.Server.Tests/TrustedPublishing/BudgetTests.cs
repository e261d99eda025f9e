using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>How much one run may publish.</summary>
public sealed class BudgetTests
{
    private static readonly JsonObject SameRun = TokenUse.Run("4711");

    [Fact]
    public async Task A_run_publishes_one_version_of_a_package()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0", SameRun);
        var files = world.App.StoredFiles();

        using var second = await PublishAsync(world, "1.0.1", SameRun);
        using var otherRun = await PublishAsync(world, "1.0.1", TokenUse.Run("4712"));

        var text = await second.ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");
        Assert.StartsWith("This run has published 1 version of @acme/hello already, and may publish 1.", text, StringComparison.Ordinal);
        Assert.Single(files);
        await otherRun.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_run_publishes_as_many_packages_as_it_likes()
    {
        await using var world = await TrustWorld.StartAsync();
        foreach (var package in new[] { "@acme/a", "@acme/b", "@acme/c" })
        {
            await world.TrustGithubAsync(package);
            await world.PublishFromGithubAsync("1.0.0", SameRun, package);
        }
    }

    [Fact]
    public async Task The_operator_sets_other_limits()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:VersionsPerRun=2", "--Assay:TrustedPublishing:PackagesPerRun=1"]);
        await world.TrustGithubAsync();
        await world.TrustGithubAsync("@acme/other");
        await world.PublishFromGithubAsync("1.0.0", SameRun);

        using var otherPackage = await PublishAsync(world, "1.0.0", SameRun, "@acme/other");
        using var second = await PublishAsync(world, "1.0.1", SameRun);
        using var third = await PublishAsync(world, "1.0.2", SameRun);

        await otherPackage.ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");
        await second.ShouldBeAsync(HttpStatusCode.Created);
        await third.ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");
    }

    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(3, 1, 1)]
    public async Task What_the_policy_says_about_versions_wins(int registry, int policy, int published)
    {
        await using var world = await TrustWorld.StartAsync([$"--Assay:TrustedPublishing:VersionsPerRun={registry}"]);
        await new TestPolicy(TrustActions.Publish) { Limits = TestPolicy.LimitsOf(versionsPerRun: policy) }.AddToAsync(world);

        using var first = await PublishAsync(world, "1.0.0", SameRun);
        using var second = await PublishAsync(world, "1.0.1", SameRun);

        await first.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(published == 2 ? HttpStatusCode.Created : HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Equal(published, (await world.VersionsAsync()).Count);
    }

    [Theory]
    [InlineData(1, 2, HttpStatusCode.Created)]
    [InlineData(0, 1, HttpStatusCode.Forbidden)]
    public async Task What_the_policy_says_about_packages_wins(int registry, int policy, HttpStatusCode status)
    {
        await using var world = await TrustWorld.StartAsync([$"--Assay:TrustedPublishing:PackagesPerRun={registry}"]);
        foreach (var package in new[] { "@acme/a", "@acme/b" })
        {
            await new TestPolicy(TrustActions.Publish) { Target = package, Limits = TestPolicy.LimitsOf(packagesPerRun: policy) }.AddToAsync(world);
        }
        await world.PublishFromGithubAsync("1.0.0", SameRun, "@acme/a");

        using var second = await PublishAsync(world, "1.0.0", SameRun, "@acme/b");

        Assert.Equal(status, second.StatusCode);
    }

    [Fact]
    public async Task The_same_run_id_of_another_project_is_another_run()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.TrustGithubAsync(repository: "octo-org/another");
        await world.PublishFromGithubAsync("1.0.0", SameRun);

        await world.PublishFromGithubAsync("1.0.1", new JsonObject { ["repository"] = "octo-org/another", ["run_id"] = "4711" });
    }

    [Fact]
    public async Task The_identical_publish_repeated_is_no_second_one()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github(SameRun));
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var repeated = await world.PublishAsync(token, "1.0.0");

        await repeated.ShouldBeAsync(HttpStatusCode.Created);
    }

    // A release job that is run again as a whole: changesets and Lerna look for these words and go on.
    [Fact]
    public async Task A_version_that_the_run_has_published_is_refused_as_being_there()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0", SameRun);

        using var again = await PublishAsync(world, "1.0.0", SameRun);

        Assert.StartsWith(
            "You cannot publish over the previously published versions", await again.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unpublishing_gives_nothing_back()
    {
        await using var world = await TrustWorld.StartAsync();
        await new TestPolicy(TrustActions.Publish | TrustActions.Unpublish).AddToAsync(world);
        await world.PublishFromGithubAsync("1.0.0", TokenUse.Run("1"));
        await world.PublishFromGithubAsync("1.0.1", SameRun);
        await (await world.UnpublishAsync(await world.AskedAsync(world.Github(SameRun), "unpublish"), "1.0.1")).ShouldBeAsync(HttpStatusCode.OK);

        using var second = await PublishAsync(world, "1.0.2", SameRun);

        await second.ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");
    }

    [Fact]
    public async Task A_refused_publish_leaves_the_token_good_for_another_run()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0", SameRun);
        var identityToken = world.Github(SameRun);
        await (await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.0.1")).ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");

        using var exchanged = await world.ExchangeAsync(identityToken);

        await exchanged.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Where_tokens_do_not_name_their_run_a_project_is_counted_by_the_hour()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:VersionsPerProjectHour=2"]);
        await world.TrustGithubAsync();
        await PublishWithoutRunAsync(world, "1.0.0", HttpStatusCode.Created);
        world.App.Clock.Advance(TimeSpan.FromMinutes(30));
        await PublishWithoutRunAsync(world, "1.0.1", HttpStatusCode.Created);

        await PublishWithoutRunAsync(world, "1.0.2", HttpStatusCode.Forbidden);
        await PublishWithoutRunAsync(world, "1.0.1", HttpStatusCode.Forbidden, "version-exists");
        world.App.Clock.Advance(TimeSpan.FromMinutes(30));
        await PublishWithoutRunAsync(world, "1.0.2", HttpStatusCode.Created);
        await PublishWithoutRunAsync(world, "1.0.3", HttpStatusCode.Forbidden);
    }

    private static async Task PublishWithoutRunAsync(TrustWorld world, string version, HttpStatusCode status, string code = "budget-exceeded")
    {
        var token = await world.ExchangedAsync(world.Github());
        await world.ForgetRunAsync();
        using var answer = await world.PublishAsync(token, version);
        if (status == HttpStatusCode.Created)
        {
            await answer.ShouldBeAsync(status);
        }
        else
        {
            await answer.ShouldBeRefusedAsync(status, code);
        }
    }

    private static async Task<HttpResponseMessage> PublishAsync(TrustWorld world, string version, JsonObject run, string package = TrustWorld.Package) =>
        await world.PublishAsync(await world.ExchangedAsync(world.Github(run), package), version, package);
}
