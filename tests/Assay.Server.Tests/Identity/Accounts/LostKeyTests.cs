using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Operations;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>The key of sealed secrets is lost: what needs it stands still, everything else goes on.</summary>
public sealed class LostKeyTests
{
    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    [Fact]
    public async Task The_server_starts_without_it_says_so_and_refuses_only_what_needs_it()
    {
        using var folder = new TemporaryFolder();
        var (alice, bob, factor) = await LoseAsync(folder);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        factor = factor with { App = app };

        await (await Package.PublishAsync(app, alice, factor.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-open-secrets");
        await (await new TestPackage("@acme/other", "1.0.0").PublishAsync(app, bob, code: null)).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Contains("Signed in as bob", await new Browser(app).SignInAsync("bob"));
        await (await Package.PublishAsync(app, alice, factor.RecoveryCodes[0])).ShouldBeAsync(HttpStatusCode.Created);
        var ready = await (await app.GetAsync("/-/health/ready")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("ready", (string?)ready["status"]);
        Assert.Equal("secrets", (string?)HealthTests.FailedIn(ready)["name"]);
    }

    [Fact]
    public async Task Whoever_comes_with_the_key_is_let_in_without_a_start()
    {
        using var folder = new TemporaryFolder();
        var (alice, _, factor) = await LoseAsync(folder);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        factor = factor with { App = app };

        File.Move(folder.In("secrets.key.kept"), folder.In("keys/secrets.key"));

        await (await Package.PublishAsync(app, alice, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Conflict, (await app.OperatorAsync("/secrets/forget", [])).StatusCode);
    }

    [Fact]
    public async Task What_it_opened_is_forgotten_on_an_operators_word_and_set_up_anew()
    {
        using var folder = new TemporaryFolder();
        var (alice, _, _) = await LoseAsync(folder);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var said = await app.CommandAsync("/secrets/forget");
        var factor = await app.EnrolledAsync(alice);
        var asked = await Package.PublishAsync(app, alice, code: null);
        var published = await Package.PublishAsync(app, alice, factor.NextCode());

        Assert.Contains("the codes of 1 people", said);
        await asked.ShouldAskAsync();
        await published.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(["registry"], await app.RecordedAsync("secrets.forgotten"));
        Assert.Equal(["alice"], await app.RecordedAsync("factors.reset"));
    }

    [Fact]
    public async Task While_the_key_is_there_nothing_is_forgotten()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.EnrolledAsync(alice);

        var refused = await app.OperatorAsync("/secrets/forget", []);

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secrets-not-lost");
        Assert.Equal(1, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    [Fact]
    public async Task One_persons_factors_are_reset_meanwhile()
    {
        using var folder = new TemporaryFolder();
        var (alice, _, _) = await LoseAsync(folder);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        await app.CommandAsync("/user/reset-factors", new JsonObject { ["name"] = "alice" });

        await (await Package.PublishAsync(app, alice, code: null)).ShouldBeAsync(HttpStatusCode.Created);
    }

    /// <summary>Alice has codes, bob has none, and the key is moved out of the way.</summary>
    private static async Task<(string Alice, string Bob, TestFactor Factor)> LoseAsync(TemporaryFolder folder)
    {
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var (alice, bob) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"));
        var factor = await app.EnrolledAsync(alice);
        File.Move(folder.In("keys/secrets.key"), folder.In("secrets.key.kept"));
        return (alice, bob, factor);
    }
}
