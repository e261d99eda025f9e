using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>npm hides a failed exchange and goes on to the PUT: that is where the reason has to be said again.</summary>
public sealed class RefusalMemoryTests
{
    private static readonly string[] BehindProxy = ["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"];

    [Theory]
    [InlineData(null)]
    [InlineData("npm_000000000000000000000000000000000000")]
    [InlineData("a-placeholder-that-a-setup-action-wrote")]
    public async Task A_publish_without_a_good_token_after_a_refused_exchange_repeats_the_reason(string? token)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        using var refused = await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        var reason = (string?)(await refused.JsonAsync())["error"];

        using var answer = await world.PublishAsync(token, "1.0.1");

        Assert.Equal(reason, await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "workflow-mismatch"));
    }

    [Fact]
    public async Task Without_a_refused_exchange_it_says_how_to_publish_without_tokens()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var answer = await world.PublishAsync(null, "1.0.1");

        Assert.Contains("npm trust", await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reason_is_of_this_package_and_not_of_another()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(), "@acme/other");

        using var answer = await world.PublishAsync(null, "1.0.1");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    // What the pinned project was told is not for anybody else.
    [Fact]
    public async Task The_reason_is_told_at_the_address_that_was_refused_and_at_no_other()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(environment: null, BehindProxy);
        await world.ExchangeAsync(
            world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }), headers: headers => headers.Add("x-forwarded-for", "203.0.113.7"));

        using var elsewhere = await world.App.SendAsync(HttpMethod.Put, "/@acme%2fhello", headers: headers => headers.Add("x-forwarded-for", "203.0.113.8"));
        using var there = await world.App.SendAsync(HttpMethod.Put, "/@acme%2fhello", headers: headers => headers.Add("x-forwarded-for", "203.0.113.7"));

        await elsewhere.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await there.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "workflow-mismatch");
    }

    [Fact]
    public async Task After_two_minutes_it_is_forgotten()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        world.App.Clock.Advance(TimeSpan.FromMinutes(2));

        using var answer = await world.PublishAsync(null, "1.0.1");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    // Otherwise the next question about that package would get an answer that is no longer true.
    [Fact]
    public async Task A_later_success_makes_it_forgotten()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
        await world.ExchangedAsync(world.Github());

        using var answer = await world.PublishAsync(null, "1.0.1");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }
}
