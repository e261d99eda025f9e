using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Operations;

/// <summary>Which identity tokens were used up after the backup is forgotten, so those of that time count no more.</summary>
public sealed class RestoredExchangeTests
{
    [Fact]
    public async Task A_token_that_published_after_the_backup_does_not_publish_again_after_the_restore()
    {
        using var folder = new TemporaryFolder();
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var file = await world.App.BackedUpAsync(folder);
        var used = world.Github();
        using (var published = await world.PublishAsync(await world.ExchangedAsync(used), "1.1.0"))
        {
            await published.ShouldBeAsync(HttpStatusCode.Created);
        }
        await Operator.RestoredAsync(file, folder.In("restored"));
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));

        using var answer = await restored.SendAsync(HttpMethod.Post, TrustWorld.ExchangePath(TrustWorld.Package), used);

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "issued-before-restore");
        Assert.Contains("Run the job again", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publish_token_from_before_is_dead()
    {
        using var folder = new TemporaryFolder();
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var exchanged = await world.ExchangedAsync(world.Github());
        var file = await world.App.BackedUpAsync(folder);

        var output = await Operator.RestoredAsync(file, folder.In("restored"));

        Assert.Contains("2 tokens of CI runs", output, StringComparison.Ordinal);
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        using var answer = await new TestPackage(TrustWorld.Package, "1.1.0").PublishAsync(restored, exchanged);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_of_a_run_after_the_restore_publishes()
    {
        using var folder = new TemporaryFolder();
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await Operator.RestoredAsync(await world.App.BackedUpAsync(folder), folder.In("restored"));
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        var now = restored.Clock.GetUtcNow().AddSeconds(1).ToUnixTimeSeconds();

        using var answer = await restored.SendAsync(
            HttpMethod.Post, TrustWorld.ExchangePath(TrustWorld.Package), world.Github(new JsonObject { ["iat"] = now, ["nbf"] = now, ["exp"] = now + 300 }));

        var token = (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        using var published = await new TestPackage(TrustWorld.Package, "1.1.0").PublishAsync(restored, token);
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_simulator_says_what_the_exchange_would()
    {
        using var folder = new TemporaryFolder();
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await Operator.RestoredAsync(await world.App.BackedUpAsync(folder), folder.In("restored"));
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        var now = restored.Clock.GetUtcNow().AddSeconds(1).ToUnixTimeSeconds();
        var boss = await restored.SignedInAsync("boss", isAdministrator: true);
        var (before, after) = (world.Github(), world.Github(new JsonObject { ["iat"] = now, ["nbf"] = now, ["exp"] = now + 300 }));
        var forged = world.Github(new JsonObject { ["workflow_file"] = "evil.yml" }, forgery: Forgery.BadSignature);

        var refused = await SimulateAsync(restored, boss, before);
        var granted = await SimulateAsync(restored, boss, after);
        var first = await SimulateAsync(restored, boss, forged);
        var commanded = await restored.CommandAsync("/simulate", new JsonObject { ["package"] = TrustWorld.Package, ["token"] = before });
        using var real = await restored.SendAsync(HttpMethod.Post, TrustWorld.ExchangePath(TrustWorld.Package), before);

        Assert.Equal(("refused", "issued-before-restore"), ((string?)refused["outcome"], (string?)refused["code"]));
        Assert.Equal(await real.ShouldExplainAsync(HttpStatusCode.Unauthorized, "issued-before-restore"), (string?)refused["text"]);
        Assert.Equal(real.Notice(), (string?)refused["notice"]);
        Assert.Equal(("restore", false), Last(refused));
        Assert.Equal("granted", (string?)refused["decision"]!["outcome"]);
        Assert.Equal(("granted", ("restore", true)), ((string?)granted["outcome"], Last(granted)));
        Assert.Equal(("bad-signature", ("restore", false)), ((string?)first["code"], Last(first)));
        Assert.Contains("issued after the registry was restored from a backup, at ", commanded, StringComparison.Ordinal);

        static (string?, bool) Last(JsonNode simulation) => ((string?)simulation["token"]!.AsArray()[^1]!["check"], (bool)simulation["token"]!.AsArray()[^1]!["ok"]!);
    }

    private static async Task<JsonObject> SimulateAsync(RegistryApp app, string administrator, string token)
    {
        using var answer = await app.PostAsync("/-/assay/v1/trust/simulate", administrator, new JsonObject { ["package"] = TrustWorld.Package, ["token"] = token });
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }
}
