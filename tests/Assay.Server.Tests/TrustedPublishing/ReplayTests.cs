using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What one identity token is good for when it is presented again.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Providers => ["github", "gitlab", "circleci"];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task After_its_publish_an_identity_token_is_refused_for_that_package(string provider)
    {
        await using var world = await WorldAsync(provider);
        var identityToken = Mint(world, provider);
        await (await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var replayed = await world.ExchangeAsync(identityToken);

        var text = await replayed.ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-replayed");
        Assert.Contains("@acme/hello@1.0.0", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Before_its_publish_a_repeat_replaces_the_earlier_publish_token(string provider)
    {
        await using var world = await WorldAsync(provider);
        var identityToken = Mint(world, provider);
        var first = await world.ExchangedAsync(identityToken);
        var second = await world.ExchangedAsync(identityToken);

        using var withFirst = await world.PublishAsync(first, "1.0.0");
        using var withSecond = await world.PublishAsync(second, "1.0.0");

        await withFirst.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await withSecond.ShouldBeAsync(HttpStatusCode.Created);
    }

    // The first answer was remembered as good before it was replaced.
    [Fact]
    public async Task A_replaced_token_is_dead_even_where_it_was_just_used_to_read()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var identityToken = world.Github();
        var first = await world.ExchangedAsync(identityToken);
        Assert.Equal(HttpStatusCode.OK, (await world.App.GetAsync("/@acme%2fhello", first)).StatusCode);
        await world.ExchangedAsync(identityToken);

        using var read = await world.App.GetAsync("/@acme%2fhello", first);

        Assert.Equal(HttpStatusCode.Unauthorized, read.StatusCode);
    }

    // A new signature over the same claims, or other white space, would be another text; the token's id stays.
    [Fact]
    public async Task The_tokens_own_id_decides_not_its_text()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var id = new JsonObject { ["jti"] = "0b1f3c2e-5a0b-4d1f-8e7c-9b6a5d4c3b2a" };
        await (await world.PublishAsync(await world.ExchangedAsync(world.Github(id)), "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var replayed = await world.ExchangeAsync(world.Github(id));

        await replayed.ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-replayed");
    }

    [Fact]
    public async Task The_same_id_from_another_issuer_is_another_token()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var id = new JsonObject { ["jti"] = "0b1f3c2e-5a0b-4d1f-8e7c-9b6a5d4c3b2a" };
        await (await world.PublishAsync(await world.ExchangedAsync(world.Github(id)), "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var other = await world.ExchangeAsync(world.Ci.MintGitlab(id));

        await other.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_refused_exchange_burns_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        var identityToken = world.Github();
        await (await world.ExchangeAsync(identityToken)).ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await world.TrustGithubAsync();

        using var answer = await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(1, (await world.App.ReadAsync(db => db.Replays.SingleAsync())).Exchanges);
    }

    [Fact]
    public async Task Repeats_are_capped()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var identityToken = world.Github();
        for (var time = 0; time < 10; time++)
        {
            await world.ExchangedAsync(identityToken);
        }

        using var eleventh = await world.ExchangeAsync(identityToken);

        await eleventh.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-exchanges");
        Assert.Single(await world.LiveTokensAsync());
    }

    [Fact]
    public async Task A_token_that_reached_the_cap_for_one_package_is_good_for_another()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:ExchangesPerToken=1"]);
        await world.TrustGithubAsync("@acme/a");
        await world.TrustGithubAsync("@acme/b");
        var identityToken = world.Github();
        await world.ExchangedAsync(identityToken, "@acme/a");

        using var again = await world.ExchangeAsync(identityToken, "@acme/a");
        using var other = await world.ExchangeAsync(identityToken, "@acme/b");

        await again.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-exchanges");
        await other.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_memory_of_a_token_outlives_it_and_is_then_forgotten()
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var identityToken = world.Ci.MintGitlab();
        await (await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        var forget = world.App.Services.GetServices<IHostedService>().OfType<ForgetExpired>().Single();

        // Simulated GitLab tokens live an hour; the leeway is a minute.
        world.App.Clock.Advance(TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(59));
        await forget.RunAsync(TestContext.Current.CancellationToken);
        using var replayed = await world.ExchangeAsync(identityToken);
        world.App.Clock.Advance(TimeSpan.FromMinutes(6));
        await forget.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, replayed.StatusCode);
        Assert.Empty(await world.App.ReadAsync(db => db.Replays.ToListAsync()));
        await (await world.ExchangeAsync(identityToken)).ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-expired");
    }

    private static async Task<TrustWorld> WorldAsync(string provider)
    {
        var world = await TrustWorld.StartAsync();
        var request = provider switch
        {
            "github" => TrustRequest.Github(),
            "gitlab" => TrustRequest.Gitlab(),
            _ => TrustRequest.Circleci(TrustRequest.Context),
        };
        await (await world.TrustAsync(TrustWorld.Package, request)).ShouldBeCreatedAsync();
        return world;
    }

    private static string Mint(TrustWorld world, string provider) => provider switch
    {
        "github" => world.Github(),
        "gitlab" => world.Ci.MintGitlab(),
        _ => world.Ci.MintCircleci(),
    };
}
