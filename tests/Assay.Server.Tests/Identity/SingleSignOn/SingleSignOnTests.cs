using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.Accounts;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.Tests.Identity.SingleSignOn;

/// <summary>People who sign in by an OpenID provider.</summary>
public sealed class SingleSignOnTests : IAsyncLifetime
{
    private const string Finish = "/-/sso/finish";

    private TestProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await TestProvider.StartAsync();

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    [Fact]
    public async Task A_linked_identity_signs_its_person_in()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);

        var page = await ArriveAsync(browser, "alice");
        await browser.SubmitAsync("");
        var account = await browser.OpenAsync("/-/account");

        Assert.Contains("alice@acme.example at Acme is <strong>alice</strong> here", page);
        Assert.Contains("Signed in as alice", account);
        Assert.Contains(await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "session.began").Select(row => row.Detail).ToListAsync()), detail => detail.Contains("single sign-on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_stands_for_the_password_and_not_for_the_second_factor()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        var alice = await LinkedAsync(app, "alice");
        var factor = await app.EnrolledAsync(alice);
        var browser = new Browser(app);
        await ArriveAsync(browser, "alice");

        var without = await browser.SubmitAsync("");
        var before = await browser.OpenAsync("/-/account");
        await browser.OpenAsync(Finish);
        await browser.SubmitAsync("", ("factor", factor.NextCode()));

        Assert.Contains("Give your second factor as well", without);
        Assert.DoesNotContain("Signed in as", before);
        Assert.Contains("Signed in as alice", await browser.OpenAsync("/-/account"));
    }

    [Fact]
    public async Task An_address_that_somebody_has_signs_nobody_in()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        var page = await ArriveAsync(browser, "mallory", claims => claims["email"] = "alice@example.test");

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("No account here belongs to", page);
        await browser.PostAsync(Finish, ("name", "mallory"));
        Assert.Equal(1, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task A_terminal_is_signed_in_with_its_code_and_no_other()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var begun = await app.PostAsync("/-/v1/login", null, new JsonObject());
        var json = await begun.ShouldBeAsync(HttpStatusCode.OK);
        var code = begun.Notice().Split("code is ")[1].Split('.')[0];
        var browser = new Browser(app);
        var login = await browser.OpenAsync(new Uri((string)json["loginUrl"]!).PathAndQuery);

        await ArriveAsync(browser, "alice", from: new Uri((string)json["loginUrl"]!).AbsolutePath.Replace("/-/login/", "/-/sso/login/", StringComparison.Ordinal));
        var wrong = await browser.SubmitAsync("", ("code", "AAAA-AAAA"));
        var right = await browser.SubmitAsync("", ("code", code));
        var done = await (await app.GetAsync(new Uri((string)json["doneUrl"]!).PathAndQuery)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Contains("Sign in with Acme", login);
        Assert.Contains("That is not the code your terminal shows", wrong);
        Assert.Contains("go back to your terminal", right);
        Assert.Equal(HttpStatusCode.OK, await app.WhoAmIAsync((string)done["token"]!));
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("azp")]
    [InlineData("audiences")]
    [InlineData("exp")]
    [InlineData("no-exp")]
    [InlineData("nbf")]
    [InlineData("sub")]
    public async Task A_token_for_another_sign_in_registry_or_time_signs_nobody_in(string changed)
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);

        await ArriveAsync(browser, "alice", claims =>
        {
            switch (changed)
            {
                case "audiences":
                    claims["aud"] = new JsonArray(TestProvider.ClientId, "another");
                    break;
                case "azp":
                    claims["azp"] = "another";
                    break;
                case "exp":
                    claims["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
                    break;
                case "no-exp":
                    claims.Remove("exp");
                    break;
                case "nbf":
                    claims["nbf"] = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
                    break;
                default:
                    claims[changed] = changed == "sub" ? "" : "another";
                    break;
            }
        });

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.OpenAsync(Finish);
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    [Theory]
    [InlineData("unsigned")]
    [InlineData("shared secret")]
    [InlineData("another key")]
    public async Task A_token_that_the_provider_did_not_sign_signs_nobody_in(string how)
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);
        using var rsa = RSA.Create(2048);
        SigningCredentials? credentials = how switch
        {
            "unsigned" => null,
            "shared secret" => new SigningCredentials(new SymmetricSecurityKey(new byte[64]) { KeyId = "one" }, SecurityAlgorithms.HmacSha256),
            _ => new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
        };

        await ArriveAsync(browser, "alice", replaced: claims => TestProvider.Sign(claims, credentials));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task An_answer_counts_in_the_browser_that_began_it_and_once()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var (victim, attacker) = (new Browser(app), new Browser(app));
        var sent = await LeaveAsync(attacker, "/-/sso/account");
        var callback = CallbackOf(sent, provider.Grant(sent, "alice"));

        // The victim is lured to the address that the attacker got, to be signed in as them.
        await victim.OpenAsync(callback);
        var ofVictim = victim.Status;
        await LeaveAsync(victim, "/-/sso/account");
        await victim.OpenAsync(callback);
        var withCookie = victim.Status;
        await attacker.OpenAsync(callback);
        var ofAttacker = attacker.Status;
        await attacker.OpenAsync(callback);
        var again = attacker.Status;
        // Another code of the provider's does not make it another sign-in.
        await attacker.OpenAsync(CallbackOf(sent, provider.Grant(sent, "bob")));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Found), (ofVictim, withCookie, ofAttacker));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (again, attacker.Status));
    }

    [Theory]
    [InlineData(false, "https://other.example", false)]
    [InlineData(true, null, false)]
    [InlineData(true, "own", true)]
    [InlineData(false, null, true)]
    public async Task An_answer_that_says_whose_it_is_has_to_be_the_providers(bool namesItself, string? issuer, bool counts)
    {
        provider.NamesItself = namesItself;
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);
        var sent = await LeaveAsync(browser, "/-/sso/account");

        var named = issuer == "own" ? provider.Issuer : issuer;
        await browser.OpenAsync(CallbackOf(sent, provider.Grant(sent, "alice")) + (named is null ? "" : $"&iss={Uri.EscapeDataString(named)}"));

        Assert.Equal(counts ? HttpStatusCode.Found : HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task An_answer_after_ten_minutes_is_none()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);
        var sent = await LeaveAsync(browser, "/-/sso/account");

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await browser.OpenAsync(CallbackOf(sent, provider.Grant(sent, "alice")));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task A_provider_whose_document_says_another_issuer_is_not_asked()
    {
        await using var app = await RegistryApp.StartAsync([.. provider.Options(), $"--Assay:Identity:SingleSignOn:Issuer={provider.Issuer}/"]);
        var browser = new Browser(app);

        await browser.OpenAsync("/-/sso/account");

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("says another issuer", browser.Page);
    }

    [Theory]
    [InlineData("https://id.acme.example/token", true)]
    [InlineData("http://127.0.0.1:8080/token", true)]
    [InlineData("http://id.acme.example/token", false)]
    [InlineData("https://user@id.acme.example/token", false)]
    public async Task It_is_asked_by_https_or_on_this_machine(string url, bool isAsked)
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());

        Assert.Equal(isAsked, app.Services.GetRequiredService<ProviderFetch>().IsAcceptable(new Uri(url)));
    }

    [Fact]
    public async Task What_the_provider_said_counts_for_whose_identity_it_is_alone()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        await app.SignedInAsync("mallory");
        var mallory = await app.ReadAsync(db => db.People.Where(row => row.Name == "mallory").Select(row => row.Id).SingleAsync());
        var finish = app.Services.GetRequiredService<FinishSignIn>();
        var (browser, linking) = (new Browser(app), new Browser(app));
        await ArriveAsync(browser, "alice");
        await linking.SignInAsync("alice");
        var sent = await OfferedAsync(linking);
        await linking.OpenAsync(CallbackOf(sent, provider.Grant(sent, "another")));

        var (session, problem) = await finish.AccountAsync(browser.Cookies["assay-sso"], new ProvenPerson(mallory, "mallory", null), "browser", "", CancellationToken.None);
        var linked = await finish.LinkAsync(linking.Cookies["assay-sso"], new OwnAccount(mallory, "mallory", ""), CancellationToken.None);

        Assert.Null(session);
        Assert.Contains("took too long", problem);
        Assert.Contains("took too long", linked);
    }

    [Fact]
    public async Task It_takes_too_long_after_ten_minutes()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);
        await ArriveAsync(browser, "alice");

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await browser.PostAsync(Finish);

        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    [Fact]
    public async Task What_the_provider_said_is_used_once()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        var browser = new Browser(app);
        await ArriveAsync(browser, "alice");
        var kept = browser.Cookies.ToDictionary();

        await browser.SubmitAsync("");
        var again = new Browser(app);
        foreach (var (name, value) in kept)
        {
            again.Cookies[name] = value;
        }
        await again.OpenAsync("/-/sign-in");
        await again.PostAsync(Finish);

        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    [Fact]
    public async Task To_link_takes_the_password_and_the_same_signed_in_person_when_back()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await app.SignedInAsync("alice");
        await app.SignedInAsync("mallory");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        await browser.OpenAsync("/-/account/identities");
        await browser.SubmitAsync("Link", ("password", "guessed"));
        var unproved = browser.Page;
        var sent = await OfferedAsync(browser);
        await browser.OpenAsync(CallbackOf(sent, provider.Grant(sent, "alice")));
        // Somebody else sits down at the browser meanwhile.
        var session = browser.Cookies["assay"];
        await browser.SignInAsync("mallory");
        await browser.PostAsync(Finish);
        var ofMallory = browser.Status;
        browser.Cookies["assay"] = session;
        await browser.PostAsync(Finish, ("form", "guessed"));
        var guessed = browser.Status;
        await browser.OpenAsync(Finish);
        await browser.SubmitAsync("");

        Assert.Contains("The name or the password is wrong", unproved);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (ofMallory, guessed));
        Assert.Equal(["alice"], await app.RecordedAsync("identity.linked"));
    }

    [Fact]
    public async Task An_identity_belongs_to_one_account()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        await app.SignedInAsync("bob");
        var browser = new Browser(app);
        await browser.SignInAsync("bob");
        var sent = await OfferedAsync(browser);
        await browser.OpenAsync(CallbackOf(sent, provider.Grant(sent, "alice")));
        await browser.OpenAsync(Finish);

        Assert.Contains("belongs to an account already", await browser.SubmitAsync(""));
    }

    [Fact]
    public async Task Who_was_invited_accepts_with_an_identity_in_place_of_a_password()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync([.. provider.Options(), .. smtp.Options]);
        var link = await app.InvitedAsync("alice");
        var browser = new Browser(app);

        var shown = await browser.OpenAsync(link);
        await ArriveAsync(browser, "subject-7", from: link.Replace("/-/invitation/", "/-/sso/invitation/", StringComparison.Ordinal));
        var done = await browser.SubmitAsync("");
        await ArriveAsync(browser, "subject-7");
        await browser.SubmitAsync("");

        Assert.Contains("Sign in with Acme", shown);
        Assert.Contains("Your account is made", done);
        Assert.Contains("Signed in as alice", await browser.OpenAsync("/-/account"));
        await (await app.CouchAsync("alice", "")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        await app.VerifiedAsync("alice");
        await browser.OpenAsync("/-/forgot");
        await browser.SubmitAsync("", ("who", "alice"));
        await app.SettledAsync();
        Assert.Equal(0, await app.ReadAsync(db => db.AccountLinks.CountAsync()));
    }

    [Fact]
    public async Task Where_the_operator_lets_them_people_make_their_own_account_once()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options("--Assay:Identity:SingleSignOn:CreatePeople=true"));
        await app.SignedInAsync("taken");
        await app.InvitedAsync("invited");
        var browser = new Browser(app);

        var page = await ArriveAsync(browser, "alice");
        var taken = await browser.SubmitAsync("", ("name", "taken"));
        var invited = await browser.SubmitAsync("", ("name", "invited"));
        await browser.SubmitAsync("", ("name", "alice"));
        await browser.OpenAsync(Finish);
        await browser.SubmitAsync("");

        Assert.Contains("value=\"alice\"", page);
        Assert.Contains("There is a person named taken already", taken);
        Assert.Contains("There is a person named invited already", invited);
        Assert.Contains("Signed in as alice", await browser.OpenAsync("/-/account"));
        var person = await app.ReadAsync(db => db.People.SingleAsync(row => row.Name == "alice"));
        Assert.Equal(("alice@acme.example", true, false, ""), (person.Email, person.EmailVerifiedAt is not null, person.IsAdministrator, person.PasswordHash));
    }

    [Theory]
    [InlineData("alice@acme.example", true, "npm", true)]
    [InlineData("alice@other.example", true, "npm", false)]
    [InlineData("alice@acme.example", false, "npm", false)]
    [InlineData("alice@acme.example", true, "sales", false)]
    public async Task Only_whom_the_operator_means_is_let_in(string email, bool isVerified, string group, bool counts)
    {
        await using var app = await RegistryApp.StartAsync(provider.Options(
            "--Assay:Identity:SingleSignOn:EmailDomains:0=acme.example", "--Assay:Identity:SingleSignOn:RequiredClaim=groups", "--Assay:Identity:SingleSignOn:RequiredValue=npm"));
        var browser = new Browser(app);

        await ArriveAsync(browser, "alice", claims => (claims["email"], claims["email_verified"], claims["groups"]) = (email, isVerified, new JsonArray("staff", group)));

        // Nobody's identity yet, but an identity.
        Assert.Equal(counts ? HttpStatusCode.Forbidden : HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task Where_passwords_are_off_administrators_alone_use_theirs()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options("--Assay:Identity:SingleSignOn:PasswordSignIn=false"));
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");

        await (await app.CouchAsync("alice")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "single-sign-on-only");
        await (await app.CouchAsync("alice", "guessed")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        Assert.Contains("signs people in by Acme", await new Browser(app).SignInAsync("alice"));
        await (await app.CouchAsync("root")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_disabled_person_is_not_signed_in_by_it()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await app.SignedInAsync("root", isAdministrator: true);
        await LinkedAsync(app, "alice");
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "alice" });
        var browser = new Browser(app);
        await ArriveAsync(browser, "alice");

        Assert.Contains("This account is disabled", await browser.SubmitAsync(""));
    }

    [Fact]
    public async Task Who_has_no_password_makes_tokens_with_the_second_factor_alone()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        var alice = await LinkedAsync(app, "alice");
        var factor = await app.EnrolledAsync(alice);
        await app.ReadAsync(db => db.People.ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, "")));
        var wanted = new JsonObject { ["password"] = "", ["name"] = "ci", ["packages_all"] = true };

        await (await app.PostAsync("/-/npm/v1/tokens", alice, wanted)).ShouldAskAsync();
        await (await app.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/tokens", alice, factor.NextCode(), wanted)).ShouldBeAsync(HttpStatusCode.Created);
        var bob = await app.SignedInAsync("bob");
        await app.ReadAsync(db => db.People.ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, "")));
        await (await app.PostAsync("/-/npm/v1/tokens", bob, wanted)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");
    }

    [Fact]
    public async Task Who_has_no_password_proves_themselves_by_a_sign_in_of_a_moment_ago_and_keeps_the_last_identity()
    {
        await using var app = await RegistryApp.StartAsync(provider.Options());
        await LinkedAsync(app, "alice");
        await app.ReadAsync(db => db.People.ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, "")));
        var browser = new Browser(app);
        await ArriveAsync(browser, "alice");
        await browser.SubmitAsync("");
        await browser.OpenAsync("/-/account/identities");

        var last = await browser.SubmitAsync("Unlink");
        await browser.OpenAsync("/-/account/factors");
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        var late = await browser.SubmitAsync("BeginCodes");

        Assert.Contains("without this identity nobody could sign in", last);
        Assert.Contains("counts for a few minutes after a sign-in", late);
        Assert.Equal(0, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    [Fact]
    public async Task Without_a_provider_there_are_no_such_pages()
    {
        await using var app = await RegistryApp.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/-/sso/account")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/-/sso/callback?code=1&state=2")).StatusCode);
        Assert.DoesNotContain("/-/sso/", await new Browser(app).OpenAsync("/-/sign-in"));
    }

    private async Task<string> LinkedAsync(RegistryApp app, string name)
    {
        var token = await app.SignedInAsync(name);
        var browser = new Browser(app);
        await browser.SignInAsync(name);
        var sent = await OfferedAsync(browser);
        var named = provider.NamesItself ? $"&iss={Uri.EscapeDataString(provider.Issuer)}" : "";
        await browser.OpenAsync(CallbackOf(sent, provider.Grant(sent, name)) + named);
        await browser.OpenAsync(Finish);
        await browser.SubmitAsync("");
        Assert.Equal(HttpStatusCode.Found, browser.Status);
        return token;
    }

    /// <summary>Proves the account's owner and answers where the page's link leads.</summary>
    private static async Task<Uri> OfferedAsync(Browser browser)
    {
        await browser.OpenAsync("/-/account/identities");
        await browser.SubmitAsync("Link", ("password", RegistryApp.Password));
        return new Uri(browser.Document.QuerySelector("main a[href^=http]")!.GetAttribute("href")!);
    }

    private static async Task<Uri> LeaveAsync(Browser browser, string from)
    {
        await browser.OpenAsync(from);
        Assert.Equal(HttpStatusCode.Found, browser.Status);
        return browser.Location!;
    }

    /// <summary>To the provider and back; the page that stands there then.</summary>
    private async Task<string> ArriveAsync(
        Browser browser, string subject, Action<JsonObject>? change = null, string from = "/-/sso/account", Func<JsonObject, string>? replaced = null)
    {
        var sent = await LeaveAsync(browser, from);
        JsonObject? said = null;
        var code = provider.Grant(sent, subject, claims =>
        {
            change?.Invoke(claims);
            said = claims;
        });
        if (replaced is not null)
        {
            provider.Replace(code, _ => replaced(said!));
        }
        var page = await browser.OpenAsync(CallbackOf(sent, code));
        return browser.Status == HttpStatusCode.Found ? await browser.OpenAsync(Finish) : page;
    }

    private static string CallbackOf(Uri sent, string code)
    {
        var query = QueryHelpers.ParseQuery(sent.Query);
        Assert.Equal("S256", query["code_challenge_method"].ToString());
        return $"{new Uri(query["redirect_uri"].ToString()).AbsolutePath}?code={code}&state={query["state"]}";
    }
}
