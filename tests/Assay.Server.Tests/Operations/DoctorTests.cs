using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>What the doctor sees, beside a server.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task A_healthy_registry_has_nothing_that_failed()
    {
        await using var world = await TrustWorld.StartAsync();

        var (lines, fails) = await AskAsync(world.App);

        Assert.False(fails);
        Assert.All(lines, line => Assert.Matches("^(ok     |warning)  [A-Z]", line));
        Assert.All(
            ["Only this user may look into", " MB free", "format of this program", "(WAL)", "is whole", "nothing stored is of later", "flushed and renamed", "The registry key works",
             "The log-ed25519 key works", "leaves, signed for at", "The issuer github shows its keys", "clocks of this machine and of the issuer gitlab", "Clients know this registry as"],
            said => Assert.Contains(lines, line => line.StartsWith("ok ", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_found_although_it_is_in_use()
    {
        await using var app = await RegistryApp.StartAsync();
        var file = Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "keys")).First(file => Path.GetFileName(file).StartsWith("registry-", StringComparison.Ordinal));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        await ShouldFailAsync(app, "Others may read the private key", "chmod 600");
    }

    [Fact]
    public async Task A_key_that_is_gone_is_found_before_the_next_start_is_refused()
    {
        await using var app = await RegistryApp.StartAsync();
        Directory.Delete(Path.Combine(app.DataDirectory, "keys"), recursive: true);

        await ShouldFailAsync(app, "This node cannot sign as", "Copy it from the node that has it");
    }

    [Fact]
    public async Task A_key_that_is_another_one_is_found()
    {
        await using var app = await RegistryApp.StartAsync();
        var files = Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "keys")).ToList();
        var (here, there) = (files.Find(file => file.Contains("registry-", StringComparison.Ordinal))!, files.Find(file => file.Contains("log-ecdsa-", StringComparison.Ordinal))!);
        await File.WriteAllTextAsync(here, await File.ReadAllTextAsync(there));

        await ShouldFailAsync(app, "is not verified by", "Put the right key back");
    }

    [Fact]
    public async Task A_data_directory_that_everybody_may_enter_fails()
    {
        await using var app = await RegistryApp.StartAsync();
        File.SetUnixFileMode(app.DataDirectory, File.GetUnixFileMode(app.DataDirectory) | UnixFileMode.OtherExecute);

        await ShouldFailAsync(app, "Everybody on this machine may look into", "chmod 700");
    }

    [Fact]
    public async Task Bytes_that_cannot_be_kept_are_found()
    {
        await using var app = await RegistryApp.StartAsync();
        await AskAsync(app);
        Directory.Delete(Path.Combine(app.DataDirectory, "staging"), recursive: true);

        await ShouldFailAsync(app, "Bytes cannot be kept", "write access");
    }

    [Fact]
    public async Task Little_free_space_is_a_warning_that_names_its_setting()
    {
        await using var app = await RegistryApp.StartAsync([$"--Assay:Doctor:FreeSpaceBytes={long.MaxValue}"]);

        var (lines, fails) = await AskAsync(app);

        Assert.False(fails);
        Assert.Contains(lines, line => line.StartsWith("warning  The data directory's disk has ", StringComparison.Ordinal) && line.Contains("Assay:Doctor:FreeSpaceBytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_is_found()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.AuditEvents.Add(new AuditEventRow { At = commit.Now.AddHours(2), Actor = "", Action = "", Subject = "", Detail = "", Address = "" });
            return Task.FromResult(true);
        }, CancellationToken.None);

        await ShouldFailAsync(app, "something was stored at", "Set the clock");
    }

    [Fact]
    public async Task An_issuer_with_another_time_is_found()
    {
        await using var world = await TrustWorld.StartAsync();
        world.App.Clock.Advance(TimeSpan.FromMinutes(5));

        await ShouldFailAsync(world.App, "of the issuer github are", "Set this machine's clock");
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_found_and_a_disabled_one_is_not_asked()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.Ci.DisposeAsync();
        await world.LinesAsync("/issuer/disable", new JsonObject { ["id"] = "gitlab" });

        await ShouldFailAsync(world.App, "The keys of the issuer github cannot be had", "./run admin issuer check github");
        Assert.DoesNotContain((await AskAsync(world.App)).Lines, line => line.Contains("gitlab", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_disagrees_with_its_checkpoint_is_found()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await using (var db = app.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            var newest = await db.LogCheckpoints.MaxAsync(row => row.Size);
            await db.LogCheckpoints.Where(row => row.Size == newest).ExecuteDeleteAsync();
        }

        await ShouldFailAsync(app, "The log's newest checkpoint is of", "./run admin log check");
    }

    [Theory]
    [InlineData("--Assay:PublicUrl=http://npm.acme.example/", "The public URL is http")]
    [InlineData("--Assay:PublicUrl=https://npm.acme.example/", "Assay:TrustedProxies")]
    [InlineData("--Assay:PublicUrl=https://npm.acme.example/registry/", "/-/npm/v1/oidc/ at the root of the host")]
    [InlineData("--Assay:TrustedProxies:0=0.0.0.0/0", "says of itself where it comes from")]
    [InlineData("--Assay:TrustedProxies:0=::/0", "says of itself where it comes from")]
    public async Task Addresses_that_do_not_go_together_are_told(string setting, string told)
    {
        await using var app = await RegistryApp.StartAsync([setting]);

        var (lines, fails) = await AskAsync(app);

        Assert.False(fails);
        Assert.Contains(lines, line => line.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_that_breaks_is_a_finding_and_the_others_go_on()
    {
        await using var app = await RegistryApp.StartAsync(replace: services => services.AddSingleton<IDoctorCheck, Broken>());

        var (lines, fails) = await AskAsync(app);

        Assert.True(fails);
        Assert.Contains(lines, line => line.StartsWith("failed   The broken thing could not be looked at: it is broken", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Clients know this registry as", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Over_the_network_there_is_no_doctor()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        using var answer = await app.PostAsync("/-/assay/admin/doctor", root, new JsonObject());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public void What_a_key_signs_to_show_that_it_works_is_nothing_else()
    {
        var text = System.Text.Encoding.UTF8.GetString(SelfTest.Message);

        // A note has lines, a version's message is name@version:integrity, an envelope begins with its own name.
        Assert.DoesNotContain('\n', text);
        Assert.DoesNotContain('@', text);
        Assert.False(text.StartsWith("DSSE", StringComparison.Ordinal));
    }

    internal static async Task<(IReadOnlyList<string> Lines, bool Fails)> AskAsync(RegistryApp app)
    {
        using var answer = await app.OperatorAsync(HttpMethod.Post, "/doctor", new JsonObject());
        var last = (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n')[^1];
        var outcome = JsonNode.Parse(last)!;
        return ([.. outcome["lines"]!.AsArray().Select(line => (string)line!)], (bool)outcome["fails"]!);
    }

    private static async Task ShouldFailAsync(RegistryApp app, string what, string remedy)
    {
        var (lines, fails) = await AskAsync(app);

        Assert.True(fails);
        Assert.Contains(lines, line => line.StartsWith("failed ", StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal) && line.Contains(remedy, StringComparison.Ordinal));
    }

    private sealed class Broken : IDoctorCheck
    {
        public string Subject => "broken thing";

        public async IAsyncEnumerable<Finding> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Finding.Ok("It was whole");
            await Task.Yield();
            throw new InvalidOperationException("it is broken");
        }
    }
}

/// <summary>A database that is a server.</summary>
public sealed class PostgresDoctorTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Its_version_and_its_answer_are_told()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateDatabaseAsync()}"]);

        var (lines, fails) = await DoctorTests.AskAsync(app);

        Assert.False(fails, string.Join('\n', lines));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"PostgreSQL [0-9.]+.* answers in [0-9.,]+ ms"));
    }
}
