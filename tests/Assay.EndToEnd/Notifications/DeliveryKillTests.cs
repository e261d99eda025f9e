using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Assay.EndToEnd.Notifications;

public sealed class DeliveryKillTests
{
    private const int Publishes = 20;

    [Fact]
    public async Task After_kill_9_in_the_middle_of_deliveries_every_acknowledged_publish_is_told_of()
    {
        var subjects = new ConcurrentDictionary<string, string>();
        var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var port = FreePort.Next();
        await using var receiver = Listen(port, async context =>
        {
            var message = (await JsonNode.ParseAsync(context.Request.Body))!;
            // Slow, so that the end comes while some are under way.
            await Task.Delay(200, context.RequestAborted);
            subjects[(string)message["data"]!["subject"]!] = context.Request.Headers["webhook-id"].ToString();

            if (subjects.Count == 4)
            {
                middle.TrySetResult();
            }
        });
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        await using var world = await World.StartAsync("--Assay:Webhooks:AllowLoopbackHttp=true", "--Assay:Jobs:LeaseSeconds=15", "--Assay:Jobs:PollSeconds=1");
        var added = await world.Server.AdminAsync(null, "webhook", "add", $"http://localhost:{port}/", "--events", "version.published");
        Assert.Contains("whsec_", added.Output, StringComparison.Ordinal);

        await world.PublishedByMemberAsync("told-after-kill", [.. Enumerable.Range(0, Publishes).Select(number => $"1.0.{number}")]);
        await middle.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await world.Server.KillAsync();
        var before = subjects.Count;
        await world.RestartAsync();

        await Until.TrueAsync(() => Task.FromResult(subjects.Count >= Publishes), "Every publish is told of");
        Assert.InRange(before, 1, Publishes);
        Assert.Equal(
            Enumerable.Range(0, Publishes).Select(number => $"told-after-kill@1.0.{number}").Order(StringComparer.Ordinal),
            subjects.Keys.Order(StringComparer.Ordinal));
    }

    private static WebApplication Listen(int port, Func<HttpContext, Task> take)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var app = builder.Build();
        app.Run(context => take(context));

        return app;
    }
}
