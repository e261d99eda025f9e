using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Jobs;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity;

/// <summary>How access tokens are made, shown, lie idle and end.</summary>
public sealed class TokenLifeTests
{
    private const string Tokens = "/-/npm/v1/tokens";

    [Fact]
    public async Task A_token_is_listed_with_everything_that_was_said_of_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var wanted = new JsonObject
        {
            ["name"] = "ci",
            ["description"] = "for the nightly build",
            ["packages"] = new JsonArray("@acme/x", "left-pad"),
            ["scopes"] = new JsonArray("@tools"),
            ["packages_and_scopes_permission"] = "read-write",
            ["orgs"] = new JsonArray("acme"),
            ["orgs_permission"] = "read-only",
            ["cidr_whitelist"] = new JsonArray("10.0.0.0/8"),
            ["expires"] = 3,
            ["password"] = RegistryApp.Password,
        };

        var created = await (await app.PostAsync(Tokens, alice, wanted)).ShouldBeAsync(HttpStatusCode.Created);
        var listed = (await (await app.GetAsync(Tokens, alice)).JsonAsync())["objects"]!.AsArray().Single(item => (string?)item!["name"] == "ci")!.AsObject();

        Assert.StartsWith("npm_", (string?)created["token"]);
        created.Remove("token");
        listed.Remove("token");
        Assert.Equal(created.ToJsonString(), listed.ToJsonString());
        Assert.Equal("for the nightly build", (string?)listed["description"]);
        Assert.Equal("""["10.0.0.0/8"]""", listed["cidr_whitelist"]!.ToJsonString());
        Assert.Equal("""["10.0.0.0/8"]""", listed["cidr"]!.ToJsonString());
        Assert.False((bool)listed["bypass_2fa"]!);
        Assert.False((bool)listed["readonly"]!);
        Assert.Equal("""[{"name":"package","action":"write"},{"name":"org","action":"read"}]""", listed["permissions"]!.ToJsonString());
        Assert.Equal(
            """[{"type":"package","name":"@acme/x"},{"type":"package","name":"left-pad"},{"type":"scope","name":"@tools"},{"type":"org","name":"acme"}]""",
            listed["scopes"]!.ToJsonString());
        Assert.Null(listed["accessed"]);
    }

    [Fact]
    public async Task The_documented_names_of_the_fields_are_understood_too()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var wanted = new JsonObject
        {
            ["token_description"] = "ci",
            ["packages"] = new JsonArray("*"),
            ["packages_and_scopes_permission"] = "read-write-stage-only",
            ["cidr"] = new JsonArray("10.0.0.0/8"),
            ["expires"] = app.Clock.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd"),
            ["password"] = RegistryApp.Password,
        };

        var created = await (await app.PostAsync(Tokens, alice, wanted)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(("ci", "ci", "read-write-stage-only"), ((string?)created["name"], (string?)created["description"], (string?)created["packages_and_scopes_permission"]));
        Assert.Equal("""[{"name":"package","action":"stage"}]""", created["permissions"]!.ToJsonString());
        Assert.Equal("""[{"type":"package","name":"*"}]""", created["scopes"]!.ToJsonString());
        Assert.False((bool)created["readonly"]!);
    }

    [Fact]
    public async Task A_token_without_addresses_has_no_list_of_them_since_npm_would_print_one()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var listed = (await (await app.GetAsync(Tokens, alice)).JsonAsync())["objects"]!.AsArray().Single()!.AsObject();

        Assert.True(listed.ContainsKey("cidr_whitelist"));
        Assert.Null(listed["cidr_whitelist"]);
        Assert.Equal("""[{"type":"package","name":"*"},{"type":"org","name":"*"}]""", listed["scopes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("packages", 2, HttpStatusCode.Created)]
    [InlineData("packages", 3, HttpStatusCode.BadRequest)]
    [InlineData("orgs", 1, HttpStatusCode.Created)]
    [InlineData("orgs", 2, HttpStatusCode.BadRequest)]
    public async Task A_token_names_so_many_and_no_more(string list, int count, HttpStatusCode status)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:MaximumPackagesPerToken=2", "--Assay:Identity:MaximumOrganisationsPerToken=1"]);
        var alice = await app.SignedInAsync("alice");
        var wanted = new JsonObject { ["password"] = RegistryApp.Password, [list] = new JsonArray([.. Enumerable.Range(0, count).Select(at => JsonValue.Create($"x{at}"))]) };

        await (await app.PostAsync(Tokens, alice, wanted)).ShouldBeAsync(status);
    }

    [Fact]
    public async Task A_token_that_bypasses_the_second_factor_takes_one_to_make()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        JsonObject Wanted() => new()
        {
            ["name"] = "robot",
            ["bypass_2fa"] = true,
            ["packages"] = new JsonArray("@acme/x"),
            ["packages_and_scopes_permission"] = "read-write",
            ["password"] = RegistryApp.Password,
        };

        await (await app.PostAsync(Tokens, alice, Wanted())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");
        var factor = await app.EnrolledAsync(alice);
        await (await app.PostAsync(Tokens, alice, Wanted())).ShouldAskAsync();
        var created = await (await app.WithCodeAsync(HttpMethod.Post, Tokens, alice, factor.NextCode(), Wanted())).ShouldBeAsync(HttpStatusCode.Created);

        Assert.True((bool)created["bypass_2fa"]!);
        Assert.True(Member(await FindAsync(app, (string)created["token"]!)).Token.BypassesSecondFactor);
        Assert.False(Member(await FindAsync(app, alice)).Token.BypassesSecondFactor);
    }

    [Fact]
    public async Task A_token_that_stages_may_stage_what_it_names()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["scopes"] = new JsonArray("@acme"), ["packages_and_scopes_permission"] = "read-write-stage-only" });

        var use = Member(await FindAsync(app, token)).Token;

        Assert.True(use.MayStage("@acme/x"));
        Assert.False(use.MayStage("@other/x"));
        Assert.False(use.IsReadOnly);
    }

    [Fact]
    public async Task Tokens_of_earlier_versions_mean_what_they_meant()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var reading = await app.TokenAsync(alice, new JsonObject { ["readonly"] = true });
        var writing = await app.TokenAsync(alice, new JsonObject { ["readonly"] = false });
        await WriteAsync(app, db => db.AccessTokens.ExecuteUpdateAsync(set => set.SetProperty(row => row.Reach, (string?)null)));

        await (await app.GetAsync("/@acme%2fx", reading)).ShouldBeAsync(HttpStatusCode.OK);
        await (await new TestPackage("@acme/x", "1.1.0").PublishAsync(app, reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await app.PublishedAsync(writing, new TestPackage("@acme/x", "1.1.0"));
        await (await app.PostAsync("/-/npm/v1/user", writing, new JsonObject { ["fullname"] = "x" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await (await app.PostAsync("/-/npm/v1/user", alice, new JsonObject { ["fullname"] = "x" })).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"packages":"Everything","packageNames":null,"organisations":"None","organisationNames":null}""")]
    [InlineData("""{"packages":"9","packageNames":null,"organisations":"None","organisationNames":null}""")]
    [InlineData("""{"packages":"Write","organisations":"None","organisationNames":null}""")]
    [InlineData("""{"packages":"Write","packageNames":"@acme/x","organisations":"None","organisationNames":null}""")]
    public async Task A_reach_that_cannot_be_read_reaches_nothing(string stored)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var token = await app.TokenAsync(alice, new JsonObject { ["readonly"] = false });
        await WriteAsync(app, db => db.AccessTokens.Where(row => !row.IsSignIn).ExecuteUpdateAsync(set => set.SetProperty(row => row.Reach, stored)));

        await (await app.GetAsync("/@acme%2fx", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_token_made_for_something_else_sees_itself_alone_and_ends_nothing_else()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true, ["packages_and_scopes_permission"] = "read-write" });
        var keys = (await (await app.GetAsync(Tokens, alice)).JsonAsync())["objects"]!.AsArray().ToDictionary(item => (string)item!["name"]!, item => (string)item!["key"]!);

        var listed = await (await app.GetAsync(Tokens, token)).JsonAsync();

        Assert.Equal("ci", (string?)listed["objects"]!.AsArray().Single()!["name"]);
        await (await app.DeleteAsync($"{Tokens}/token/{keys["test"]}", token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await (await app.PostAsync(Tokens, token, new JsonObject { ["name"] = "more", ["password"] = RegistryApp.Password, ["packages_all"] = true })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await (await app.DeleteAsync($"/-/user/token/{keys["test"]}", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.DeleteAsync($"{Tokens}/token/{keys["ci"]}", token)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    [Theory]
    [InlineData("""{"email":"mallory@example.test"}""")]
    [InlineData("""{"password":{"old":"a long enough password","new":"another long password"}}""")]
    [InlineData("""{"tfa":{"mode":"auth-and-writes","password":"a long enough password"}}""")]
    [InlineData("""{"tfa":{"mode":"disable","password":"a long enough password"}}""")]
    [InlineData("""{"tfa":["123456"]}""")]
    public async Task A_token_made_for_something_else_never_changes_the_account(string change)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["readonly"] = false });

        await (await app.PostAsync("/-/npm/v1/user", token, JsonNode.Parse(change))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
    }

    [Fact]
    public async Task A_token_that_lies_unused_is_of_no_use_any_more()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:AccessTokenIdleDays=10", "--Assay:Identity:AccessTokenDays=100"]);
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        var unused = await app.TokenAsync(alice, new JsonObject { ["name"] = "never" });

        app.Clock.Advance(TimeSpan.FromDays(9));
        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromDays(9));
        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromDays(10));

        foreach (var idle in new[] { token, unused, alice })
        {
            // Trying does not bring it back.
            await (await app.GetAsync("/-/whoami", idle)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
            Assert.Contains("not used for 10 days", await (await app.GetAsync("/-/whoami", idle)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected"));
        }
    }

    [Fact]
    public async Task Use_on_another_node_counts()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:AccessTokenIdleDays=10", "--Assay:Identity:AccessTokenDays=100"]);
        var alice = await app.SignedInAsync("alice");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromDays(12));

        await WriteAsync(app, db => db.AccessTokens.ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, app.Clock.GetUtcNow().AddDays(-2))));

        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_use_that_was_refused_is_none()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"]);
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["cidr_whitelist"] = new JsonArray("10.0.0.0/8") });

        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await Task.Delay(200, TestContext.Current.CancellationToken);

        Assert.Null((await app.ReadAsync(db => db.AccessTokens.SingleAsync(row => row.Name == "ci"))).LastUsedAt);
    }

    [Fact]
    public async Task The_list_says_when_a_token_was_last_used()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });

        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.AccessTokens.AnyAsync(row => row.Name == "ci" && row.LastUsedAt != null)));
        var listed = (await (await app.GetAsync(Tokens, alice)).JsonAsync())["objects"]!.AsArray().Single(item => (string?)item!["name"] == "ci")!;
        Assert.NotNull((string?)listed["accessed"]);
    }

    [Fact]
    public async Task The_owner_hears_before_a_token_ends_twice_and_each_once()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["expires"] = 20 });
        await app.TokenAsync(alice, new JsonObject { ["name"] = "short", ["expires"] = 5 });
        await app.TokenAsync(alice, new JsonObject { ["name"] = "revoked", ["expires"] = 20 });
        await app.DeleteAsync($"{Tokens}/token/{await app.ReadAsync(db => db.AccessTokens.Where(row => row.Name == "revoked").Select(row => row.Key).SingleAsync())}", alice);
        var work = app.Services.GetRequiredService<MailEndingTokens>();

        async Task<string[]> ToldAsync()
        {
            await work.RunAsync(TestContext.Current.CancellationToken);
            await work.RunAsync(TestContext.Current.CancellationToken);
            var details = await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "token.ending").OrderBy(row => row.Id).Select(row => row.Detail).ToListAsync());
            return [.. details.Select(detail => detail.Split(':')[0])];
        }

        Assert.Empty(await ToldAsync());
        app.Clock.Advance(TimeSpan.FromDays(4.5));
        Assert.Equal(["short"], await ToldAsync());
        app.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(["short"], await ToldAsync());
        app.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["short", "ci"], await ToldAsync());
        app.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(["short", "ci", "ci"], await ToldAsync());
        app.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(["short", "ci", "ci"], await ToldAsync());
        await app.PassUntilAsync(() => Task.FromResult(smtp.Mails.Where(mail => mail.Subject.Contains("ends soon", StringComparison.Ordinal)).DistinctBy(mail => mail.Message.MessageId).Count() == 3));
        Assert.All(smtp.Mails, mail => Assert.Equal("alice@example.test", mail.To));
    }

    [Fact]
    public async Task The_operator_sees_and_ends_tokens()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["scopes"] = new JsonArray("@acme") });
        var key = await app.ReadAsync(db => db.AccessTokens.Where(row => row.Name == "ci").Select(row => row.Key).SingleAsync());

        var all = await LinesAsync(await app.OperatorAsync(HttpMethod.Post, "/token/list"));
        var ofAlice = await LinesAsync(await app.OperatorAsync(HttpMethod.Post, "/token/list", new JsonObject { ["person"] = "alice" }));
        await (await app.OperatorAsync(HttpMethod.Post, "/token/revoke", new JsonObject { ["key"] = key })).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Contains("bob", all);
        Assert.DoesNotContain("bob", ofAlice);
        Assert.Contains($"{key}", ofAlice);
        Assert.Contains("read-only for @acme", ofAlice);
        Assert.DoesNotContain(token, all);
        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.OperatorAsync(HttpMethod.Post, "/token/revoke", new JsonObject { ["person"] = "alice" })).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await (await app.GetAsync("/-/whoami", bob)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(2, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "token.revoked" && row.Actor == "operator")));
        await (await app.OperatorAsync(HttpMethod.Post, "/token/revoke", new JsonObject { ["key"] = key })).ShouldBeAsync(HttpStatusCode.NotFound);
        await (await app.OperatorAsync(HttpMethod.Post, "/token/revoke", new JsonObject { ["person"] = "nobody" })).ShouldBeAsync(HttpStatusCode.NotFound);
        await (await app.OperatorAsync(HttpMethod.Post, "/token/revoke", new JsonObject())).ShouldBeAsync(HttpStatusCode.BadRequest);
        await (await app.OperatorAsync(HttpMethod.Post, "/token/list", new JsonObject { ["person"] = "nobody" })).ShouldBeAsync(HttpStatusCode.NotFound);
    }

    private static async Task<string> LinesAsync(HttpResponseMessage answer) => (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.ToJsonString();

    private static async Task<Caller> FindAsync(RegistryApp app, string token)
    {
        Assert.True(Npm.NpmToken.TryParse(token, out var parsed));
        return (await app.Services.GetRequiredService<AccessTokens>().FindAsync(parsed.Hash, TestContext.Current.CancellationToken))!.CallerAt("");
    }

    private static Caller.Member Member(Caller caller) => Assert.IsType<Caller.Member>(caller);

    private static Task<int> WriteAsync(RegistryApp app, Func<RegistryDb, Task<int>> write) =>
        app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, _) => await write(commit.Db), TestContext.Current.CancellationToken);
}
