using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Hosting;

/// <summary>What an operator does, beside a running server and without one.</summary>
public sealed class AdminTests
{
    [Fact]
    public async Task Beside_a_server_a_new_person_signs_in_with_the_very_next_request()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var ended = await AddAsync(folder, "alice");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("alice can sign in now", ended.Output);
        await (await LoginAsync(app, "alice")).ShouldBeAsync(HttpStatusCode.Created);
        var record = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "person.created"));
        Assert.Equal(("operator", "alice"), (record.Actor, record.Subject));
    }

    [Fact]
    public async Task Without_a_server_the_result_is_the_same()
    {
        using var folder = new TemporaryFolder();

        var ended = await AddAsync(folder, "alice", "--admin");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("alice can sign in now and is an administrator", ended.Output);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        await (await LoginAsync(app, "alice")).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(1, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "person.created" && row.Actor == "operator")));
    }

    [Fact]
    public async Task Commands_given_at_once_all_succeed()
    {
        using var folder = new TemporaryFolder();

        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => AddAsync(folder, $"p{number}")));

        Assert.All(ended, one => Assert.Equal((0, ""), (one.ExitCode, one.Error)));
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        Assert.Equal(4, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Theory]
    [InlineData("alice", "alice@example.test", RegistryApp.Password, "already")]
    [InlineData("Bob", "bob@example.test", RegistryApp.Password, "not a user name")]
    [InlineData("bob\n", "bob@example.test", RegistryApp.Password, "not a user name")]
    [InlineData("bob", "nowhere", RegistryApp.Password, "not an e-mail address")]
    [InlineData("bob", "bob@example.test", "short", "too short")]
    [InlineData("bob", "bob@example.test", "", "too short")]
    public async Task A_refused_command_says_why_and_fails(string name, string email, string password, string why)
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        await app.SignedInAsync("alice");

        var ended = await ServerProgram.RunAsync(["admin", "user", "add", name, "--email", email, "--password-stdin", "--data", folder.Path], password);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("assay: ", ended.Error);
        Assert.Contains(why, ended.Error);
        Assert.Equal(1, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task After_a_kill_commands_do_not_wait_for_the_dead()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = await ServerProgram.ServeAsync(folder.Path))
        {
            await killed.KillAsync();
        }

        var ended = await AddAsync(folder, "alice");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Only_the_operator_may_open_the_socket_and_the_data()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("data/admin.sock")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.In("data")));
    }

    [Theory]
    [InlineData("/-/assay/admin/user/add")]
    [InlineData("/-/assay/admin/issuer/add")]
    [InlineData("/-/assay/admin/issuer/list")]
    [InlineData("/-/assay/admin/attempts")]
    [InlineData("/-/assay/admin/simulate")]
    [InlineData("/-/assay/admin/lint")]
    [InlineData("/-/assay/admin/backup")]
    [InlineData("/-/assay/admin/verify")]
    [InlineData("/-/assay/admin/gc")]
    [InlineData("/%2d/assay/admin/user/add")]
    public async Task Over_the_network_there_is_no_operator(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var response = await app.PostAsync(path, root, new JsonObject
        {
            ["name"] = "mallory",
            ["email"] = "mallory@example.test",
            ["password"] = RegistryApp.Password,
            ["administrator"] = true,
        });

        await response.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(1, await app.ReadAsync(db => db.People.CountAsync()));
    }

    private static Task<Ended> AddAsync(TemporaryFolder folder, string name, params string[] options) => ServerProgram.RunAsync(
        ["admin", "user", "add", name, "--email", $"{name}@example.test", "--password-stdin", "--data", folder.Path, .. options], RegistryApp.Password + "\n");

    private static Task<HttpResponseMessage> LoginAsync(RegistryApp app, string name) => app.PutAsync(
        $"/-/user/org.couchdb.user:{name}", null, new JsonObject { ["name"] = name, ["password"] = RegistryApp.Password });
}
