using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Assay.Server.Tests.Operations;

/// <summary>What load balancers and service managers ask, and what they learn.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("/-/health/live", """{"status":"live"}""")]
    [InlineData("/-/health/ready", """{"status":"ready"}""")]
    public async Task A_registry_that_works_says_so_to_anybody(string path, string body)
    {
        await using var app = await RegistryApp.StartAsync();

        using var answer = await app.GetAsync(path);
        using var head = await app.SendAsync(HttpMethod.Head, path);

        Assert.Equal((HttpStatusCode.OK, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Theory]
    [InlineData("/registry/-/health/live")]
    [InlineData("/registry/-/health/ready")]
    [InlineData("/-/health/live")]
    [InlineData("/-/health/ready")]
    public async Task Below_a_path_it_answers_there_and_at_the_root(string path)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/registry/"]);

        using var answer = await app.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("ready")]
    [InlineData("health")]
    public async Task Packages_with_such_names_are_packages(string name)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, new TestPackage(name, "1.0.0"));

        Assert.Equal(name, (string?)(await app.PackumentAsync(alice, name))["name"]);
        await (await app.GetAsync($"/{name}/-/{name}-1.0.0.tgz", alice)).ShouldBeReadAsync();
    }

    [Fact]
    public async Task A_blob_directory_that_cannot_be_written_is_named_and_only_the_operator_learns_where_it_is()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.GetAsync("/-/health/ready");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Directory.Delete(Path.Combine(app.DataDirectory, "blobs"), recursive: true);

        using var anybody = await app.GetAsync("/-/health/ready");
        using var operators = await app.OperatorAsync(HttpMethod.Get, "/health/ready");

        var told = await anybody.ShouldBeAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("not-ready", (string?)told["status"]);
        Assert.Equal(
            """[{"name":"database","status":"ok"},{"name":"commits","status":"ok"},{"name":"blobs","status":"failed"},{"name":"keys","status":"ok"},{"name":"secrets","status":"ok"}]""",
            told["checks"]!.ToJsonString());
        Assert.DoesNotContain(app.DataDirectory, told.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(app.DataDirectory, (string)FailedIn(await operators.ShouldBeAsync(HttpStatusCode.ServiceUnavailable))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_network_nobody_reads_the_operators_report()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        using var answer = await app.GetAsync("/-/assay/admin/health/ready", root);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task However_many_ask_it_looks_once_a_second()
    {
        var counted = new Counted();
        await using var app = await RegistryApp.StartAsync(replace: services => services.AddSingleton<IHealthCheck>(counted));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.GetAsync("/-/health/ready")));
        var first = counted.Runs;
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.GetAsync("/-/health/ready");
        await app.GetAsync("/-/health/ready");

        Assert.Equal((1, 2), (first, counted.Runs));
    }

    [Fact]
    public async Task Writes_that_hang_are_not_waited_for()
    {
        await using var app = await RegistryApp.StartAsync();
        var stuck = new TaskCompletionSource<bool>();
        var commit = app.Services.GetRequiredService<CommitQueue>().RunAsync((_, _) => stuck.Task, CancellationToken.None);

        var asking = app.GetAsync("/-/health/ready");
        await Eventually.HoldsAsync(() =>
        {
            app.Clock.Advance(TimeSpan.FromSeconds(6));
            return asking.IsCompleted;
        });
        using var answer = await asking;
        using var live = await app.GetAsync("/-/health/live");
        stuck.SetResult(true);
        await commit;

        var checks = (await answer.ShouldBeAsync(HttpStatusCode.ServiceUnavailable))["checks"]!.AsArray();
        Assert.Contains(checks, check => check!.ToJsonString() == """{"name":"commits","status":"failed"}""");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/health/ready")).StatusCode);
    }

    [Fact]
    public async Task While_it_stops_it_is_not_ready()
    {
        await using var app = await RegistryApp.StartAsync();
        var health = app.Services.GetRequiredService<HealthReading>();
        var before = await health.GetAsync(CancellationToken.None);

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var after = await health.GetAsync(CancellationToken.None);
        Assert.Equal((true, false), (before.IsReady, after.IsReady));
    }

    internal static JsonObject FailedIn(JsonObject report) =>
        Assert.Single(report["checks"]!.AsArray(), check => (string?)check!["status"] == "failed")!.AsObject();

    private sealed class Counted : IHealthCheck
    {
        private int runs;

        public int Runs => runs;

        public string Name => "counted";

        public bool IsNeeded => true;

        public Task RunAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        }
    }
}

/// <summary>A node whose database is another machine.</summary>
public sealed class PostgresHealthTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_node_without_its_database_lives_and_is_not_ready()
    {
        var connection = await cluster.CreateDatabaseAsync();
        await using var app = await RegistryApp.StartAsync(["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection}"]);
        using var before = await app.GetAsync("/-/health/ready");
        await DropAsync(new NpgsqlConnectionStringBuilder(connection));

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using var live = await app.GetAsync("/-/health/live");
        using var ready = await app.GetAsync("/-/health/ready");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, live.StatusCode));
        var checks = (await ready.ShouldBeAsync(HttpStatusCode.ServiceUnavailable))["checks"]!;
        Assert.Equal("failed", (string?)checks[0]!["status"]);
        Assert.DoesNotContain("Host", checks.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task DropAsync(NpgsqlConnectionStringBuilder gone)
    {
        var database = gone.Database;
        gone.Database = "postgres";
        await using var connection = new NpgsqlConnection(gone.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"DROP DATABASE {database} WITH (FORCE)";
        await command.ExecuteNonQueryAsync();
    }
}
