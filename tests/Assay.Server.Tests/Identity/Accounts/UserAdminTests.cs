using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>What administrators and operators do with people.</summary>
public sealed class UserAdminTests
{
    [Fact]
    public async Task Who_is_disabled_is_signed_out_everywhere_at_once_and_signs_in_by_no_way()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        var answer = await (await app.UserAsync(root, "alice", "disable")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.NotNull(answer["disabled"]);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await app.WhoAmIAsync(alice), await app.WhoAmIAsync(made)));
        Assert.DoesNotContain("Signed in as", await browser.OpenAsync("/-/account"));
        await (await app.CouchAsync("alice")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "account-disabled");
        await (await app.CouchAsync("alice", "guessed")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        Assert.Contains("This account is disabled", await new Browser(app).SignInAsync("alice"));
        Assert.Equal(["alice"], await app.RecordedAsync("person.disabled"));
    }

    [Fact]
    public async Task A_passkey_of_a_disabled_account_signs_nobody_in()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        var passkey = new TestPasskey(app.Url);
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        await browser.OpenAsync("/-/account/factors");
        await browser.SubmitAsync("AddPasskey", ("name", "key"), ("password", RegistryApp.Password), ("made", passkey.Make(browser.Options("AddPasskey", "make"))));
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });
        var stranger = new Browser(app);
        await stranger.OpenAsync("/-/sign-in");
        var person = await app.ReadAsync(db => db.People.Where(row => row.Name == "alice").Select(row => row.Id).SingleAsync());

        var page = await stranger.SubmitAsync("", ("passkey", passkey.Use(stranger.Options("", "use"), person.ToString())));

        Assert.Contains("This account is disabled", page);
        Assert.Equal(1, await app.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("end-sessions")]
    [InlineData("reset-password")]
    public async Task A_login_that_was_confirmed_before_is_not_collected_after(string act)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        var (page, done, code) = await BeginLoginAsync(app);
        var browser = new Browser(app);
        await browser.OpenAsync(page);
        await browser.SubmitAsync("", ("code", code), ("name", "alice"), ("password", RegistryApp.Password));

        await app.CommandAsync($"/user/{act}", new JsonObject { ["name"] = "alice" });

        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync(done)).StatusCode);
    }

    [Fact]
    public async Task Links_of_before_and_questions_that_wait_stay_over_when_the_account_is_enabled_again()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        await app.EnrolledAsync(alice);
        var asked = await app.SendAsync(HttpMethod.Put, "/@acme%2fhello", alice, RegistryApp.Json(new TestPackage("@acme/hello", "1.0.0").Document()), headers => headers.Add("npm-auth-type", "web"));
        var challenge = new Uri((string)(await asked.JsonAsync())["authUrl"]!).PathAndQuery;
        var browser = new Browser(app);
        Assert.Contains("as alice", WebUtility.HtmlDecode(await browser.OpenAsync(challenge)));
        var password = AccountCalls.LinkIn(await app.CommandAsync("/user/reset-password", new JsonObject { ["name"] = "alice", ["showLink"] = true }));
        var person = await app.ReadAsync(db => db.People.SingleAsync(row => row.Name == "alice"));
        await app.Services.GetRequiredService<ChangeProfile>().VerifyAsync(new OwnAccount(person.Id, "alice", ""), CancellationToken.None);
        var address = AccountCalls.LinkIn((await smtp.LinkMailAsync("alice@example.test")).Message.TextBody!);

        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });
        await app.CommandAsync("/user/enable", new JsonObject { ["name"] = "alice" });

        Assert.Contains("is too old", await browser.OpenAsync(password));
        Assert.Contains("is too old", await browser.OpenAsync(address));
        Assert.DoesNotContain("as alice", await browser.OpenAsync(challenge));
    }

    [Fact]
    public async Task For_a_disabled_account_no_token_is_made_and_no_session_counts()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        var person = await app.ReadAsync(db => db.People.Where(row => row.Name == "alice").Select(row => row.Id).SingleAsync());
        var (tokens, sessions) = (app.Services.GetRequiredService<AccessTokens>(), app.Services.GetRequiredService<WebSessions>());

        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });
        var late = await app.Services.GetRequiredService<CommitQueue>().RunAsync(
            (commit, stop) => sessions.BeginAsync(commit, person, new Actor("alice", ""), "browser", "password", stop), CancellationToken.None);

        var carl = await app.SignedInAsync("carl");
        // However it came about, a token of theirs that nobody ended is of no use.
        await app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
        {
            (await commit.Db.People.AsTracking().SingleAsync(row => row.Name == "carl", stop)).DisabledAt = commit.Now;
            return true;
        }, CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.WhoAmIAsync(carl));
        Assert.Null(await tokens.MintAsync(person, tokens.Session("late"), new Actor("alice", ""), CancellationToken.None));
        Assert.Null(await sessions.FindAsync(late, CancellationToken.None));
    }

    [Fact]
    public async Task Enabled_again_they_sign_in_and_no_token_of_before_comes_back()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });

        await app.CommandAsync("/user/enable", new JsonObject { ["name"] = "alice" });

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await app.WhoAmIAsync(alice), await app.WhoAmIAsync(made)));
        await (await app.CouchAsync("alice")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("demote")]
    public async Task The_last_administrator_who_can_sign_in_stays(string act)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("second", isAdministrator: true);
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "second" });

        var byApi = await app.UserAsync(root, "root", act);
        var byOperator = await app.OperatorAsync($"/user/{act}", new JsonObject { ["name"] = "root" });

        await byApi.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last-administrator");
        Assert.Equal(HttpStatusCode.Conflict, byOperator.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await app.WhoAmIAsync(root));
    }

    [Fact]
    public async Task Two_administrators_who_take_it_from_each_other_at_once_do_not_both_succeed()
    {
        await using var app = await RegistryApp.StartAsync();
        var one = await app.SignedInAsync("one", isAdministrator: true);
        var other = await app.SignedInAsync("other", isAdministrator: true);
        await app.SignedInAsync("third", isAdministrator: true);

        var answers = await Task.WhenAll(app.UserAsync(one, "other", "demote"), app.UserAsync(other, "one", "demote"));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(2, await app.ReadAsync(db => db.People.CountAsync(row => row.IsAdministrator)));
    }

    [Fact]
    public async Task A_promotion_holds_for_the_very_next_request_and_so_does_its_end()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");

        var before = await app.GetAsync("/-/assay/v1/users", alice);
        await (await app.UserAsync(root, "alice", "promote")).ShouldBeAsync(HttpStatusCode.OK);
        var promoted = await app.GetAsync("/-/assay/v1/users", alice);
        await (await app.UserAsync(root, "alice", "demote")).ShouldBeAsync(HttpStatusCode.OK);
        var demoted = await app.GetAsync("/-/assay/v1/users", alice);

        await before.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await promoted.ShouldBeAsync(HttpStatusCode.OK);
        await demoted.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        Assert.Equal(["alice"], await app.RecordedAsync("person.promoted"));
        Assert.Equal(["alice"], await app.RecordedAsync("person.demoted"));
    }

    [Theory]
    [InlineData("alice/disable")]
    [InlineData("alice/promote")]
    [InlineData("alice/reset-password")]
    [InlineData("alice/reset-factors")]
    [InlineData("alice/sessions/end")]
    public async Task Whoever_changes_people_signs_in_as_an_administrator_and_gives_a_second_factor(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(root, new JsonObject { ["name"] = "ci", ["packages_and_scopes_permission"] = "read-write", ["packages_all"] = true });
        var factor = await app.EnrolledAsync(root);
        var target = $"/-/assay/v1/users/{path}";

        await (await app.PostAsync(target, null, null)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await (await app.PostAsync(target, alice, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.PostAsync(target, made, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await (await app.PostAsync(target, root, null)).ShouldAskAsync();
        Assert.Empty(await app.RecordedAsync("person.disabled"));
        await (await app.WithCodeAsync(HttpMethod.Post, target, root, factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reset_password_counts_no_more_and_its_link_lets_choose_another()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");

        var link = AccountCalls.LinkIn((string)(await (await app.UserAsync(root, "alice", "reset-password")).ShouldBeAsync(HttpStatusCode.OK))["link"]!);
        var (ended, old) = (await app.WhoAmIAsync(alice), await app.CouchAsync("alice"));
        var browser = new Browser(app);
        await browser.OpenAsync(link);
        await browser.SubmitAsync("", ("password", AccountCalls.AnotherPassword), ("again", AccountCalls.AnotherPassword));

        Assert.Equal(HttpStatusCode.Unauthorized, ended);
        await old.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        await (await app.CouchAsync("alice", AccountCalls.AnotherPassword)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_account_without_a_password_takes_none()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        await app.CommandAsync("/user/reset-password", new JsonObject { ["name"] = "alice" });

        await (await app.CouchAsync("alice", "")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        await (await app.CouchAsync("alice", "a password that nobody has")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
    }

    [Fact]
    public async Task The_operator_sees_everybody_on_a_line_of_their_own()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        await app.EnrolledAsync(alice);
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });

        var lines = (await app.CommandAsync("/user/list")).Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.StartsWith("alice  alice@example.test (not verified), disabled, last seen ", lines[0], StringComparison.Ordinal);
        Assert.Equal("root  root@example.test (not verified), administrator, no second factor, never seen", lines[1]);
    }

    [Fact]
    public async Task The_name_of_a_disabled_person_is_not_given_again()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });

        var invited = await app.PostAsync("/-/assay/v1/invitations", root, new JsonObject { ["name"] = "alice", ["email"] = "other@example.test" });
        var added = await app.OperatorAsync("/user/add", new JsonObject { ["name"] = "alice", ["email"] = "other@example.test", ["password"] = RegistryApp.Password });

        await invited.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "name-taken");
        Assert.Equal(HttpStatusCode.BadRequest, added.StatusCode);
    }

    private static async Task<(string Page, string Done, string Code)> BeginLoginAsync(RegistryApp app)
    {
        var begun = await app.PostAsync("/-/v1/login", null, new JsonObject());
        var json = await begun.ShouldBeAsync(HttpStatusCode.OK);
        var code = begun.Notice().Split("code is ")[1].Split('.')[0];
        return (new Uri((string)json["loginUrl"]!).PathAndQuery, new Uri((string)json["doneUrl"]!).PathAndQuery, code);
    }
}
