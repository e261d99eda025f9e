using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>A stranger with honest tokens of its own, and a lot of them.</summary>
public sealed class FloodTests
{
    private const int Exchanges = 2000;
    private const int AtOnce = 8;
    private const int StrangersAnHour = 20;

    [Fact]
    public async Task It_neither_holds_up_a_release_nor_hides_what_the_owners_look_for()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(
            null, "--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1", "--Assay:TrustedPublishing:AttemptsPerPackage=40");

        var flood = FloodAsync(world);
        await Eventually.HoldsAsync(async () => await world.App.ReadAsync(db => db.ExchangeAttempts.CountAsync(row => row.RefusalCode != null)) >= StrangersAnHour);
        await world.PublishFromGithubAsync("1.0.1");
        await OwnRefusalsAsync(world, 5);
        var answers = await flood;
        await world.PublishFromGithubAsync("1.0.2");
        await OwnRefusalsAsync(world, 5);
        using var elsewhere = await world.ExchangeAsync(
            world.Github(new JsonObject { ["repository"] = "someone/else" }), headers: headers => headers.Add("x-forwarded-for", "203.0.113.8"));

        Assert.Equal(["1.0.0", "1.0.1", "1.0.2"], await world.VersionsAsync());
        Assert.Equal(Exchanges, answers[HttpStatusCode.Unauthorized] + answers[HttpStatusCode.TooManyRequests]);
        // The limit is looked at before the refusal is counted, so those under way at once may pass it.
        Assert.InRange(answers[HttpStatusCode.Unauthorized], 60, 60 + AtOnce);
        await elsewhere.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await world.SettledAsync();
        Assert.Equal(10, await CountAsync(world, "workflow-mismatch"));
        Assert.InRange(await CountAsync(world, "no-matching-policy"), 1, StrangersAnHour + 1);
    }

    [Fact]
    public async Task The_job_of_each_hour_brings_the_log_back_within_its_caps_and_keeps_the_owners_part()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, "--Assay:TrustedPublishing:AttemptsPerPackage=12");
        for (var number = 0; number < 30; number++)
        {
            await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/fork" }));
            await world.SettledAsync();
        }
        await OwnRefusalsAsync(world, 5);
        await world.SettledAsync();

        await world.App.Services.GetServices<IHostedService>().OfType<ForgetExpired>().Single().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(12, await world.App.ReadAsync(db => db.ExchangeAttempts.CountAsync()));
        Assert.Equal(5, await CountAsync(world, "workflow-mismatch"));
    }

    private static Task<int> CountAsync(TrustWorld world, string code) =>
        world.App.ReadAsync(db => db.ExchangeAttempts.CountAsync(row => row.RefusalCode == code));

    private static async Task OwnRefusalsAsync(TrustWorld world, int count)
    {
        for (var number = 0; number < count; number++)
        {
            using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }));
            await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "workflow-mismatch");
        }
    }

    private static async Task<Dictionary<HttpStatusCode, int>> FloodAsync(TrustWorld world)
    {
        var token = world.Github(new JsonObject { ["repository"] = "mallory/fork" });
        var lanes = Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            List<HttpStatusCode> statuses = [];
            for (var number = 0; number < Exchanges / AtOnce; number++)
            {
                using var answer = await world.ExchangeAsync(token);
                statuses.Add(answer.StatusCode);
            }
            return statuses;
        }));
        return (await Task.WhenAll(lanes)).SelectMany(statuses => statuses).GroupBy(status => status).ToDictionary(group => group.Key, group => group.Count());
    }
}
