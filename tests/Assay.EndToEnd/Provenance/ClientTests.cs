using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Microsoft.Data.Sqlite;

namespace Assay.EndToEnd.Provenance;

/// <summary><c>assay</c> against a registry: it proves what is intact, and finds every byte that was changed behind the registry's back.</summary>
public sealed class ClientTests
{
    private const string Package = "@acme/proved";

    // As somebody starts it who has the database and does not want to be found out.
    private const string Unchecked = "--Assay:Log:CheckWholeAtStart=false";

    [Fact]
    public async Task A_package_is_proved_with_its_source_and_the_log_is_remembered()
    {
        await using var world = await PublishedAsync();
        using var client = new AssayClient(world);

        var verified = (await client.RunAsync("verify", $"{Package}@1.0.0", "--require-provenance", "--require-log", "--provider", "github")).ShouldSucceed();
        var monitored = (await client.RunAsync("log", "monitor", "--full")).ShouldSucceed();
        var foreign = await client.RunAsync("verify", $"{Package}@1.0.0", "--source", "https://github.com/acme/other");

        Assert.Contains("acme/proved", verified.Output, StringComparison.Ordinal);
        Assert.Equal(0, monitored.ExitCode);
        Assert.Equal(1, foreign.ExitCode);
    }

    [Fact]
    public async Task A_package_is_reported_and_the_operator_closes_the_report()
    {
        await using var world = await World.StartAsync();
        using var client = new AssayClient(world);
        await world.PublishedByMemberAsync(Package, "1.0.0");

        var reported = (await client.RunAsync("report", $"{Package}@1.0.0", "--kind", "malware", "--text", "it reads ~/.npmrc")).ShouldSucceed();
        var unknown = await client.RunAsync("report", "@acme/absent", "--kind", "malware", "--text", "x");
        var wrong = await client.RunAsync("report", Package, "--kind", "spam", "--text", "x");
        var shown = (await world.Server.AdminAsync(input: null, "report", "show", "1")).ShouldSucceed();
        (await world.Server.AdminAsync(input: null, "report", "close", "1", "--outcome", "confirmed", "--text", "Quarantined.")).ShouldSucceed();

        Assert.Contains($"Report 1 about {Package}@1.0.0 is made", reported.Output, StringComparison.Ordinal);
        Assert.Equal(3, unknown.ExitCode);
        Assert.Contains("is not in this registry, or you may not know it", unknown.Printed, StringComparison.Ordinal);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("malware, vulnerability, impersonation, other", wrong.Printed, StringComparison.Ordinal);
        Assert.Contains("it reads ~/.npmrc", shown.Output, StringComparison.Ordinal);
        Assert.Contains("There are no such reports", (await world.Server.AdminAsync(input: null, "report", "list")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lockfile_is_proved_and_a_version_with_other_bytes_is_found()
    {
        await using var world = await PublishedAsync(Unchecked);
        using var client = new AssayClient(world);
        var integrity = (string)(await world.Http.VersionsAsync(Package, world.MemberToken))["1.0.0"]!["dist"]!["integrity"]!;
        client.WriteLockfile([(Package, "1.0.0", integrity)]);
        (await client.RunAsync("verify", "package-lock.json", "--require-provenance")).ShouldSucceed();

        await TamperAsync(world, """UPDATE "Versions" SET "Sha512" = zeroblob(64) WHERE "Version" = '1.0.0'""");

        var audit = await client.RunAsync("verify", "package-lock.json");
        Assert.Equal(1, audit.ExitCode);
        Assert.Contains(Package, audit.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""UPDATE "LogLeaves" SET "Leaf" = CAST(replace(CAST("Leaf" AS TEXT), '"commitment":"', '"commitment":"0') AS BLOB) WHERE "Index" = 3""", "3")]
    [InlineData("""UPDATE "LogTiles" SET "Hashes" = zeroblob(8192) WHERE "Level" = 0 AND "Index" = 0""", "tile/0/000")]
    [InlineData("""UPDATE "LogCheckpoints" SET "Note" = CAST(replace(CAST("Note" AS TEXT), 'localhost', 'localhosT') AS BLOB)""", "checkpoint")]
    public async Task The_monitor_finds_a_changed_byte_and_its_place(string sql, string place)
    {
        await using var world = await World.StartAsync([Unchecked, .. World.Unhindered]);
        await FillAsync(world);
        using var client = new AssayClient(world);
        (await client.RunAsync("log", "monitor", "--full")).ShouldSucceed();

        // The edge and the newest checkpoint are compared at every start, so this is done to a registry that runs.
        await ExecuteAsync(world, sql);

        var monitored = await client.RunAsync("log", "monitor", "--full");
        Assert.Equal(1, monitored.ExitCode);
        Assert.Contains(place, monitored.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_goes_on_from_an_older_copy_is_found_out()
    {
        await using var world = await PublishedAsync();
        using var client = new AssayClient(world);
        using var folder = new TemporaryFolder();
        await world.Server.StopAsync();
        var (database, copy) = (Path.Combine(world.Server.Data, "registry.db"), Path.Combine(folder.Path, "registry.db"));
        File.Copy(database, copy);
        await world.RestartAsync();
        await world.PublishedByMemberAsync("later", "1.0.0");
        (await client.RunAsync("log", "monitor")).ShouldSucceed();
        await world.Server.StopAsync();
        File.Copy(copy, database, overwrite: true);
        await world.RestartAsync();
        await world.PublishedByMemberAsync("another", "1.0.0", "1.1.0", "1.2.0");

        var monitored = await client.RunAsync("log", "monitor");
        var verified = await client.RunAsync("verify", "another@1.0.0");

        Assert.Equal((1, 1), (monitored.ExitCode, verified.ExitCode));
    }

    private static async Task<World> PublishedAsync(params string[] options)
    {
        var world = await World.StartAsync([.. options, .. World.Unhindered]);
        await world.TrustGithubAsync(Package, "acme/proved");
        (await world.PublishAsync(new SamplePackage(Package, "1.0.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = "acme/proved" }))).ShouldSucceed();
        return world;
    }

    /// <summary>More than one full tile.</summary>
    private static async Task FillAsync(World world)
    {
        await world.PublishedByMemberAsync("filled", "1.0.0");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number =>
            world.Http.CallAsync(HttpMethod.Put, $"/-/package/filled/dist-tags/t{number}", world.MemberToken, "1.0.0")));
    }

    private static async Task TamperAsync(World world, string sql)
    {
        await world.Server.StopAsync();
        await ExecuteAsync(world, sql);
        await world.RestartAsync();
    }

    private static async Task ExecuteAsync(World world, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(world.Server.Data, "registry.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken) > 0);
    }
}
