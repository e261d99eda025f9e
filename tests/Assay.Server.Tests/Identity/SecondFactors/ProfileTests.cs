using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary><c>npm profile</c>, and what signing in asks for.</summary>
public sealed class ProfileTests
{
    private const string Profile = "/-/npm/v1/user";

    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    [Fact]
    public async Task Setting_up_codes_goes_by_a_pending_secret()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var before = await ShownAsync(app, alice);
        await app.PostAsync(Profile, alice, TestFactors.Tfa("auth-and-writes"));
        var pending = await ShownAsync(app, alice);
        await (await Package.PublishAsync(app, alice, code: null)).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.PostAsync(Profile, alice, TestFactors.Tfa("disable"))).ShouldBeAsync(HttpStatusCode.OK);
        var forgotten = await ShownAsync(app, alice);
        var factor = await app.EnrolledAsync(alice);
        var after = await ShownAsync(app, alice);

        Assert.Null(before["tfa"]);
        Assert.Equal("""{"mode":"auth-and-writes","pending":true}""", pending["tfa"]!.ToJsonString());
        Assert.Null(forgotten["tfa"]);
        Assert.Equal("""{"mode":"auth-and-writes","pending":false}""", after["tfa"]!.ToJsonString());
        Assert.Matches("^([0-9]{4} ){5}[0-9]{4}$", factor.RecoveryCodes[0]);
    }

    [Fact]
    public async Task The_first_code_has_to_be_right_and_in_time()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PostAsync(Profile, alice, TestFactors.Tfa("auth-and-writes"));

        var wrong = await app.PostAsync(Profile, alice, new JsonObject { ["tfa"] = new JsonArray("000000x") });
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        var late = await app.PostAsync(Profile, alice, new JsonObject { ["tfa"] = new JsonArray("123456") });

        await wrong.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "otp-wrong");
        await late.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "no-pending-setup");
    }

    [Fact]
    public async Task The_code_that_set_it_up_is_spent()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        await (await Package.PublishAsync(app, alice, factor.Code)).ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task It_takes_the_password()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var wrong = await app.PostAsync(Profile, alice, TestFactors.Tfa("auth-and-writes", "not the password"));

        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        Assert.Equal(0, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    [Fact]
    public async Task For_signing_in_alone_there_is_none()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var refused = await app.PostAsync(Profile, alice, TestFactors.Tfa("auth-only"));

        Assert.Contains("every sensitive command", await refused.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "auth-only-not-here"));
    }

    [Fact]
    public async Task Codes_go_with_password_and_code_and_their_recovery_codes_with_them()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        var wrong = await app.WithCodeAsync(HttpMethod.Post, Profile, alice, factor.NextCode(), TestFactors.Tfa("disable", "not the password"));
        var done = await app.WithCodeAsync(HttpMethod.Post, Profile, alice, factor.NextCode(), TestFactors.Tfa("disable"));

        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        Assert.Null((await done.ShouldBeAsync(HttpStatusCode.OK))["tfa"]);
        Assert.Equal((0, 0), (await app.ReadAsync(db => db.Totps.CountAsync()), await app.ReadAsync(db => db.RecoveryCodes.CountAsync())));
    }

    [Fact]
    public async Task The_last_factor_stays_where_one_is_required()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:SecondFactor=required"]);
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        var refused = await app.WithCodeAsync(HttpMethod.Post, Profile, alice, factor.NextCode(), TestFactors.Tfa("disable"));

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "last-factor");
        Assert.Equal(1, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    [Fact]
    public async Task A_token_made_for_something_else_does_not_become_the_account()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["packages_and_scopes_permission"] = "read-write", ["packages_all"] = true });

        var tfa = await app.PostAsync(Profile, made, TestFactors.Tfa("auth-and-writes"));
        var email = await app.PostAsync(Profile, made, new JsonObject { ["email"] = "mallory@example.test" });

        await tfa.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await email.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
    }

    [Fact]
    public async Task Facts_are_changed_as_npm_sends_them()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        await app.PostAsync(Profile, alice, JsonNode.Parse("""{"email":"alice@example.test","fullname":"Alice A.","homepage":"https://alice.example","github":"alice"}"""));
        var changed = await (await app.PostAsync(Profile, alice, JsonNode.Parse("""{"email":"new@example.test","fullname":null,"homepage":"https://alice.example","github":"alice"}"""))).ShouldBeAsync(HttpStatusCode.OK);
        var bad = await app.PostAsync(Profile, alice, JsonNode.Parse("""{"email":"nowhere"}"""));

        Assert.Equal(("new@example.test", "", "https://alice.example", "alice"), ((string?)changed["email"], (string?)changed["fullname"], (string?)changed["homepage"], (string?)changed["github"]));
        await bad.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(["email.changed"], await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "email.changed").Select(row => row.Action).ToListAsync()));
    }

    [Fact]
    public async Task Another_password_ends_every_other_sign_in_and_no_other_token()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        var other = (string)(await (await LoginAsync(app, code: null)).ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        var changed = await app.WithCodeAsync(HttpMethod.Post, Profile, alice, factor.NextCode(), JsonNode.Parse("""{"password":{"old":"a long enough password","new":"another long password"}}"""));

        await changed.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized],
            new[] { await app.GetAsync("/-/whoami", alice), await app.GetAsync("/-/whoami", made), await app.GetAsync("/-/whoami", other) }.Select(answer => answer.StatusCode));
        Assert.DoesNotContain("Signed in as", await browser.OpenAsync("/-/account"));
        await (await LoginAsync(app, factor.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
    }

    [Fact]
    public async Task A_wrong_old_password_or_a_short_new_one_changes_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var wrong = await app.PostAsync(Profile, alice, JsonNode.Parse("""{"password":{"old":"guessed","new":"another long password"}}"""));
        var shorter = await app.PostAsync(Profile, alice, JsonNode.Parse("""{"password":{"old":"a long enough password","new":"short"}}"""));

        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        await shorter.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        await (await LoginAsync(app, code: null)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_login_of_a_terminal_asks_whoever_has_a_factor()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        var asked = await LoginAsync(app, code: null);
        var wrong = await LoginAsync(app, factor.WrongCode());
        var accepted = await LoginAsync(app, factor.NextCode());

        await asked.ShouldAskAsync();
        await wrong.ShouldAskAsync("otp-wrong");
        await accepted.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_operator_takes_lost_factors_away()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.EnrolledAsync(alice);
        var browser = new Browser(app);

        var done = await app.CommandAsync("/user/reset-factors", new JsonObject { ["name"] = "alice" });
        var unknown = await app.OperatorAsync("/user/reset-factors", new JsonObject { ["name"] = "nobody" });

        Assert.Contains("no second factor any more", done);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await (await Package.PublishAsync(app, alice, code: null)).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Contains("Signed in as alice", await browser.SignInAsync("alice"));
        Assert.Equal("operator", await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "factors.reset").Select(row => row.Actor).SingleAsync()));
    }

    private static async Task<JsonObject> ShownAsync(RegistryApp app, string token) => await (await app.GetAsync(Profile, token)).ShouldBeAsync(HttpStatusCode.OK);

    private static Task<HttpResponseMessage> LoginAsync(RegistryApp app, string? code) => app.SendAsync(
        HttpMethod.Put, "/-/user/org.couchdb.user:alice",
        content: RegistryApp.Json(new JsonObject { ["_id"] = "org.couchdb.user:alice", ["name"] = "alice", ["password"] = RegistryApp.Password }),
        headers: headers =>
        {
            if (code is not null)
            {
                headers.TryAddWithoutValidation("npm-otp", code);
            }
        });
}
