using System.Net;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Durability;

public sealed class KillTests(PostgresCluster postgres)
{
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task After_kill_9_during_200_publishes_every_acknowledged_version_is_whole_and_nothing_is_partial(string database)
    {
        await using var world = await StartAsync(database);
        var publishes = await PrepareAsync(world);

        var acknowledged = await Bombardment.RunAsync(
            publishes,
            publish => world.Http.PublishAsync(publish.Package, publish.Tarball, publish.Token),
            () => world.Server.KillAsync());
        await world.RestartAsync();

        ShouldHaveBeenInTheMiddle(acknowledged);
        var sent = publishes.Zip(acknowledged, (publish, isAcknowledged) => new SentPublish(publish.Package, publish.Tarball, isAcknowledged)).ToList();
        await Bombardment.VersionsShouldBeWholeAsync(world, sent);
        await LoggedVersions.ShouldAgreeAsync(world, PackageNames);
        await ShouldInstallAsync(world, sent.Where(publish => publish.IsAcknowledged));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task After_kill_9_during_200_exchanges_and_publishes_no_token_that_published_publishes_again(string database)
    {
        await using var world = await StartAsync(database);
        var jobs = await TrustAsync(world);

        var acknowledged = await Bombardment.RunAsync(jobs, job => ExchangeAndPublishAsync(world, job), () => world.Server.KillAsync());
        await world.RestartAsync();

        ShouldHaveBeenInTheMiddle(acknowledged);
        await Bombardment.VersionsShouldBeWholeAsync(
            world, jobs.Zip(acknowledged, (job, isAcknowledged) => new SentPublish(job.Package, job.Tarball, isAcknowledged)));
        await LoggedVersions.ShouldAgreeAsync(world, PackageNames);
        await TokensShouldPublishAtMostOnceAsync(world, jobs);
        await LoggedVersions.ShouldAgreeAsync(world, PackageNames);
    }

    [Fact]
    public async Task A_polite_stop_finishes_what_it_answers_and_ends_with_0()
    {
        await using var world = await World.StartAsync();
        var publishes = await PrepareAsync(world);
        var exitCode = -1;

        var acknowledged = await Bombardment.RunAsync(
            publishes,
            publish => world.Http.PublishAsync(publish.Package, publish.Tarball, publish.Token),
            async () => exitCode = await world.Server.StopAsync());
        await world.RestartAsync();

        Assert.Equal(0, exitCode);
        await Bombardment.VersionsShouldBeWholeAsync(
            world, publishes.Zip(acknowledged, (publish, isAcknowledged) => new SentPublish(publish.Package, publish.Tarball, isAcknowledged)));
    }

    private static void ShouldHaveBeenInTheMiddle(bool[] acknowledged)
    {
        Assert.Contains(true, acknowledged);
        Assert.Contains(false, acknowledged);
    }

    private async Task<World> StartAsync(string database) => await World.StartAsync(database == "Sqlite"
        ? []
        : ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateDatabaseAsync()}"]);

    /// <summary>Exchanges first, so that all that is killed is publishes.</summary>
    private static async Task<List<(SamplePackage Package, byte[] Tarball, string Token)>> PrepareAsync(World world)
    {
        var jobs = await TrustAsync(world);
        var tokens = await Task.WhenAll(jobs.Select(job => world.Http.ExchangedAsync(job.Package.Name, job.IdentityToken)));

        return [.. jobs.Zip(tokens, (job, token) => (job.Package, job.Tarball, token))];
    }

    private static async Task<List<Job>> TrustAsync(World world)
    {
        for (var package = 0; package < Bombardment.Packages; package++)
        {
            await world.Http.TrustAsync(Name(package), world.AdministratorToken, Policy(package));
        }

        return [.. Bombardment.All.Select(one =>
        {
            var sample = new SamplePackage(Name(one.Package), $"1.0.{one.Version}") { Ballast = 100_000 };

            return new Job(sample, sample.ToTarball(), world.Ci.MintGithub(new JsonObject { ["repository"] = Repository(one.Package) }));
        })];
    }

    private static async Task<HttpResponseMessage> ExchangeAndPublishAsync(World world, Job job)
    {
        var token = await world.Http.ExchangedAsync(job.Package.Name, job.IdentityToken);

        return await world.Http.PublishAsync(job.Package, job.Tarball, token);
    }

    /// <summary>Acknowledged or not: what published is spent, and what did not publish still can.</summary>
    private static async Task TokensShouldPublishAtMostOnceAsync(World world, List<Job> jobs)
    {
        foreach (var package in jobs.GroupBy(job => job.Package.Name))
        {
            var visible = await world.Http.VersionsAsync(package.Key, world.MemberToken);

            foreach (var job in package)
            {
                using var exchange = await world.Http.ExchangeAsync(package.Key, job.IdentityToken);
                var text = await exchange.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

                if (visible.ContainsKey(job.Package.Version))
                {
                    Assert.Equal(HttpStatusCode.Unauthorized, exchange.StatusCode);
                    Assert.Equal("token-replayed", (string?)JsonNode.Parse(text)!["code"]);
                }
                else
                {
                    Assert.True(exchange.IsSuccessStatusCode, text);
                    using var publish = await world.Http.PublishAsync(job.Package, job.Tarball, (string)JsonNode.Parse(text)!["token"]!);
                    Assert.True(publish.IsSuccessStatusCode);
                }
            }
        }
    }

    private static async Task ShouldInstallAsync(World world, IEnumerable<SentPublish> acknowledged)
    {
        using var npm = await world.MemberAsync();
        using var app = new TemporaryFolder();
        var dependencies = acknowledged.Select(publish => publish.Package).Select(package =>
            KeyValuePair.Create($"{package.Name[1..].Replace('/', '-')}-{package.Version}", (JsonNode?)$"npm:{package.Name}@{package.Version}"));
        var manifest = new JsonObject { ["name"] = "app", ["private"] = true, ["dependencies"] = new JsonObject(dependencies) };
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), manifest.ToJsonString(), TestContext.Current.CancellationToken);

        (await npm.RunAsync(app.Path, "install")).ShouldSucceed();
    }

    private static IEnumerable<string> PackageNames => Enumerable.Range(0, Bombardment.Packages).Select(Name);

    private static string Name(int package) => $"@acme/kill-{package}";

    // One each: refusals are counted by project, and many are provoked here.
    private static string Repository(int package) => $"octo-org/kill-{package}";

    private static JsonObject Policy(int package) => new()
    {
        ["type"] = "github",
        ["claims"] = new JsonObject { ["repository"] = Repository(package), ["workflow_ref"] = new JsonObject { ["file"] = "publish.yml" } },
        ["permissions"] = new JsonArray("createPackage"),
    };

    private sealed record Job(SamplePackage Package, byte[] Tarball, string IdentityToken);
}
