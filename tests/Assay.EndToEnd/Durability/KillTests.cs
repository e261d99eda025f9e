using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Durability;

public sealed class KillTests
{
    private const int Packages = 20;
    private const int VersionsEach = 10;
    private const int AcknowledgedBeforeTheKill = 60;

    [Fact]
    public async Task After_kill_9_during_200_publishes_every_acknowledged_version_is_whole_and_nothing_is_partial()
    {
        await using var world = await World.StartAsync();
        var publishes = await PrepareAsync(world);

        await PublishUntilKilledAsync(world, publishes);
        await world.RestartAsync();

        var acknowledged = publishes.Where(publish => publish.Acknowledged).ToList();
        Assert.InRange(acknowledged.Count, AcknowledgedBeforeTheKill, publishes.Count - 1);
        await VersionsShouldBeWholeAsync(world, publishes);
        await ShouldInstallAsync(world, acknowledged);
    }

    [Fact]
    public async Task A_polite_stop_finishes_what_it_answers_and_ends_with_0()
    {
        await using var world = await World.StartAsync();
        await world.PublishedOnceAsync("@acme/stopped", new JsonObject { ["repository"] = "octo-org/stopped" });

        var exitCode = await world.Server.StopAsync();
        await world.RestartAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(["1.0.0"], await world.VersionsAsync("@acme/stopped"));
    }

    private static async Task<List<Publish>> PrepareAsync(World world)
    {
        var publishes = new List<Publish>();

        for (var number = 0; number < Packages; number++)
        {
            var name = $"@acme/kill-{number}";
            await world.Http.TrustAsync(name, world.AdministratorToken, Policy());

            for (var version = 0; version < VersionsEach; version++)
            {
                var token = await world.Http.ExchangedAsync(name, world.Ci.MintGithub(new JsonObject { ["repository"] = "octo-org/kill" }));
                var package = new SamplePackage(name, $"1.0.{version}") { Ballast = 100_000 };
                publishes.Add(new Publish(package, package.ToTarball(), token));
            }
        }

        return publishes;
    }

    private static async Task PublishUntilKilledAsync(World world, List<Publish> publishes)
    {
        var acknowledged = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = publishes.Select(async publish =>
        {
            publish.Acknowledged = await IsAcknowledgedAsync(world, publish);

            if (publish.Acknowledged && Interlocked.Increment(ref acknowledged) == AcknowledgedBeforeTheKill)
            {
                enough.SetResult();
            }
        }).ToList();
        var all = Task.WhenAll(sent);

        await Task.WhenAny(enough.Task, all);
        await world.Server.KillAsync();
        await all;
    }

    private static async Task<bool> IsAcknowledgedAsync(World world, Publish publish)
    {
        try
        {
            using var answer = await world.Http.PublishAsync(publish.Package, publish.Tarball, publish.Token);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // An unanswered publish may have been committed or not; what is visible has all its bytes either way.
    private static async Task VersionsShouldBeWholeAsync(World world, List<Publish> publishes)
    {
        foreach (var package in publishes.GroupBy(publish => publish.Package.Name))
        {
            var visible = await world.Http.VersionsAsync(package.Key, world.MemberToken);

            foreach (var publish in package)
            {
                var version = visible[publish.Package.Version];
                Assert.True(version is not null || !publish.Acknowledged, $"{publish.Package} was acknowledged and is gone.");

                if (version is not null)
                {
                    var bytes = await world.Http.DownloadAsync((string)version["dist"]!["tarball"]!, world.MemberToken);
                    Assert.Equal(publish.Tarball, bytes);
                    Assert.Equal(SamplePackage.IntegrityOf(bytes), (string?)version["dist"]!["integrity"]);
                }
            }
        }
    }

    private static async Task ShouldInstallAsync(World world, IEnumerable<Publish> acknowledged)
    {
        using var npm = await world.MemberAsync();
        using var app = new TemporaryFolder();
        var dependencies = acknowledged.Select(publish => publish.Package).Select(package =>
            KeyValuePair.Create($"{package.Name[1..].Replace('/', '-')}-{package.Version}", (JsonNode?)$"npm:{package.Name}@{package.Version}"));
        var manifest = new JsonObject { ["name"] = "app", ["private"] = true, ["dependencies"] = new JsonObject(dependencies) };
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), manifest.ToJsonString(), TestContext.Current.CancellationToken);

        (await npm.RunAsync(app.Path, "install")).ShouldSucceed();
    }

    private static JsonObject Policy() => new()
    {
        ["type"] = "github",
        ["claims"] = new JsonObject { ["repository"] = "octo-org/kill", ["workflow_ref"] = new JsonObject { ["file"] = "publish.yml" } },
        ["permissions"] = new JsonArray("createPackage"),
    };

    private sealed record Publish(SamplePackage Package, byte[] Tarball, string Token)
    {
        public bool Acknowledged { get; set; }
    }
}
