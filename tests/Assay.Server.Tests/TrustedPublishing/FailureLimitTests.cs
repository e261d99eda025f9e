using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Refused exchanges are bounded for those who cause them, and for nobody else.</summary>
public sealed class FailureLimitTests
{
    private const string FewPerProject = "--Assay:TrustedPublishing:RefusalsPerProject=3";
    private const string FewPerAddress = "--Assay:TrustedPublishing:RefusalsPerAddress=3";
    private const string Proxy4 = "--Assay:TrustedProxies:0=127.0.0.1";
    private const string Proxy6 = "--Assay:TrustedProxies:1=::1";

    [Fact]
    public async Task A_project_that_is_refused_too_often_has_to_wait()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 3, () => world.Github(Stranger()));

        using var next = await world.ExchangeAsync(world.Github(Stranger()));

        await next.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-failures");
        Assert.InRange(next.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 60);
    }

    [Fact]
    public async Task After_as_long_as_the_answer_says_the_project_is_heard_again()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 3, () => world.Github(Stranger()));
        using var next = await world.ExchangeAsync(world.Github(Stranger()));
        world.App.Clock.Advance(next.Headers.RetryAfter!.Delta!.Value);

        using var answer = await world.ExchangeAsync(world.Github(Stranger()));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task Another_project_publishes_the_very_same_package_meanwhile_from_the_same_address()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 4, () => world.Github(Stranger()));

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    // The id is the issuer's word; a forger who writes the project's id into a token must not be able to lock the project out.
    [Fact]
    public async Task Forged_tokens_do_not_count_against_the_project_they_name()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 5, () => world.Github(forgery: Forgery.BadSignature));

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    // The same number at another issuer is another project.
    [Fact]
    public async Task The_same_project_id_at_another_issuer_is_another_project()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 4, () => world.Ci.MintGitlab(new JsonObject { ["project_id"] = "74", ["job_project_id"] = "74" }));

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    [Fact]
    public async Task The_next_minute_the_project_is_heard_again()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject);
        await RefusedAsync(world, 4, () => world.Github(Stranger()));
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));

        using var answer = await world.ExchangeAsync(world.Github(Stranger()));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task Successes_do_not_count()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject, FewPerAddress);

        for (var patch = 1; patch <= 5; patch++)
        {
            await world.PublishFromGithubAsync($"1.0.{patch}");
        }

        Assert.Equal(6, (await world.VersionsAsync()).Count);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("forged")]
    [InlineData("strange")]
    public async Task An_address_that_causes_too_many_refusals_has_to_wait(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerAddress, Proxy4, Proxy6);
        for (var number = 0; number < 3; number++)
        {
            await world.ExchangeAsync(Bad(world, kind, number), headers: From("203.0.113.7"));
        }

        using var next = await world.ExchangeAsync(Bad(world, kind, 3), headers: From("203.0.113.7"));
        using var elsewhere = await world.ExchangeAsync(Bad(world, kind, 4), headers: From("203.0.113.8"));

        await next.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-failures");
        Assert.InRange(next.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 60);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, elsewhere.StatusCode);
    }

    // Runners are shared: the stranger's job and the owner's may come from one address.
    [Theory]
    [InlineData("garbage")]
    [InlineData("forged")]
    [InlineData("strange")]
    public async Task What_an_address_caused_keeps_no_project_from_publishing_that_a_policy_knows(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerAddress);
        for (var number = 0; number < 10; number++)
        {
            await world.ExchangeAsync(Bad(world, kind, number));
        }

        await world.PublishFromGithubAsync("1.0.1");

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    [Fact]
    public async Task A_first_publish_gets_through_an_address_that_others_used_up()
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, FewPerAddress);
        await RefusedAsync(world, 5, () => "garbage");

        await world.PublishFromGithubAsync("1.0.0");

        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    [Fact]
    public async Task A_known_project_is_told_its_reason_at_an_address_that_others_used_up()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerAddress);
        await RefusedAsync(world, 5, () => "garbage");

        using var policy = await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        using var token = await world.ExchangeAsync(world.Ci.MintGithub(audience: "npm:elsewhere.example"));
        using var rules = await world.ExchangeAsync(world.Github(new JsonObject { ["event_name"] = "pull_request_target" }));

        await policy.ShouldExplainAsync(HttpStatusCode.Unauthorized, "workflow-mismatch");
        await token.ShouldExplainAsync(HttpStatusCode.Unauthorized, "wrong-audience");
        await rules.ShouldExplainAsync(HttpStatusCode.Unauthorized, "event-not-allowed");
    }

    // Verifying costs more than refusing, so it ends somewhere.
    [Fact]
    public async Task Beyond_the_higher_bound_no_token_from_the_address_is_looked_at()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerAddress, "--Assay:TrustedPublishing:ChecksPerAddress=6", Proxy4, Proxy6);
        for (var number = 0; number < 6; number++)
        {
            await world.ExchangeAsync("garbage", headers: From("203.0.113.7"));
        }

        using var closed = await world.ExchangeAsync(world.Github(), headers: From("203.0.113.7"));
        using var elsewhere = await world.ExchangeAsync(world.Github(), headers: From("203.0.113.8"));

        await closed.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-failures");
        await elsewhere.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_project_that_has_to_wait_counts_towards_the_higher_bound()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerProject, "--Assay:TrustedPublishing:ChecksPerAddress=8");
        await RefusedAsync(world, 8, () => world.Github(Stranger()));

        using var closed = await world.ExchangeAsync(world.Github());

        await closed.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-failures");
    }

    [Fact]
    public async Task Refusals_of_an_address_do_not_touch_publishes_with_tokens_it_has()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, FewPerAddress);
        var token = await world.ExchangedAsync(world.Github());
        await RefusedAsync(world, 4, () => "garbage");

        using var answer = await world.PublishAsync(token, "1.0.1");

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static JsonObject Stranger() => new() { ["repository"] = "mallory/fork" };

    private static string Bad(TrustWorld world, string kind, int number) => kind switch
    {
        "garbage" => "garbage",
        "forged" => world.Github(forgery: Forgery.BadSignature),
        _ => world.Github(new JsonObject { ["repository"] = $"mallory/fork-{number}" }),
    };

    private static Action<HttpRequestHeaders> From(string address) => headers => headers.Add("x-forwarded-for", address);

    private static async Task RefusedAsync(TrustWorld world, int times, Func<string> token)
    {
        for (var number = 0; number < times; number++)
        {
            using var answer = await world.ExchangeAsync(token());
            Assert.False(answer.IsSuccessStatusCode);
        }
    }
}
