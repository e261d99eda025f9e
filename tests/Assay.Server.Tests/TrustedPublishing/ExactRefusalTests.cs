using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>A project whose ids a policy knows is told exactly what holds it back, and is told again by the publish that follows.</summary>
public sealed class ExactRefusalTests
{
    public static TheoryData<string, string> Situations => new()
    {
        { "denied", "denied-by-policy" },
        { "cooling off", "policy-cooling-off" },
        { "another action", "action-not-granted" },
        { "another workflow", "workflow-mismatch" },
        { "unprotected", "release-gate-not-met" },
        { "pull request", "event-not-allowed" },
    };

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task The_exchange_and_the_publish_after_it_say_the_same(string situation, string code)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0");
        var token = await ArrangeAsync(world, situation);

        using var exchange = await world.ExchangeAsync(token);
        using var publish = await world.PublishAsync(null, "1.0.1");

        var reason = await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
        Assert.Equal(reason, await publish.ShouldExplainAsync(HttpStatusCode.Unauthorized, code));
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task The_same_refusal_of_a_stranger_tells_nothing_of_it(string situation, string code)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0");
        await ArrangeAsync(world, situation);

        using var exchange = await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/octo-repo" }));

        var reason = await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        Assert.DoesNotContain(code, reason, StringComparison.Ordinal);
    }

    private static async Task<string> ArrangeAsync(TrustWorld world, string situation)
    {
        var policy = new TestPolicy(TrustActions.Publish);
        await (situation switch
        {
            "cooling off" => policy with { StartsAfter = TimeSpan.FromHours(24) },
            "another action" => policy with { Actions = TrustActions.Deprecate },
            _ => policy,
        }).AddToAsync(world);
        if (situation == "denied")
        {
            await TestPolicy.Deny(TrustActions.Publish, "@acme/*").AddToAsync(world);
        }
        return world.Github(situation switch
        {
            "another workflow" => new JsonObject { ["workflow_file"] = "evil.yml" },
            "unprotected" => new JsonObject { ["ref_protected"] = "false" },
            "pull request" => new JsonObject { ["event_name"] = "pull_request" },
            _ => null,
        });
    }
}
