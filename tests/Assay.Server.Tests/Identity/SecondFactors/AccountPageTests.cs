using System.Net;
using System.Text.RegularExpressions;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>The account in a browser: its session, its forms, passkeys.</summary>
public sealed partial class AccountPageTests
{
    private const string Account = "/-/account";
    private const string Factors = "/-/account/factors";
    private const string SignIn = "/-/sign-in";

    [Fact]
    public async Task A_session_is_an_opaque_cookie_whose_hash_alone_is_kept()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        var page = await browser.SignInAsync("alice");

        Assert.Contains("Signed in as alice", page);
        Assert.Matches("^assay=[0-9a-f]{40}; path=/; samesite=lax; httponly$", browser.SetCookie);
        var stored = await app.ReadAsync(db => db.WebSessions.SingleAsync());
        Assert.DoesNotContain(browser.Cookies["assay"], $"{stored.Key} {Convert.ToHexStringLower(stored.Hash)}");
    }

    [Fact]
    public async Task Over_https_the_cookie_is_bound_to_the_host()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/"]);
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        await browser.SignInAsync("alice");

        Assert.Matches("^__Host-assay=[0-9a-f]{40}; path=/; secure; samesite=lax; httponly$", browser.SetCookie);
    }

    [Fact]
    public async Task Whoever_has_a_factor_signs_in_with_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var factor = await app.EnrolledAsync(await app.SignedInAsync("alice"));
        var browser = new Browser(app);

        var without = await browser.SignInAsync("alice");
        var wrong = await browser.SignInAsync("alice", factor.WrongCode());
        var right = await browser.SignInAsync("alice", factor.NextCode());

        Assert.Contains("Give your second factor as well", without);
        Assert.Contains("not right", wrong);
        Assert.Contains("Signed in as alice", right);
    }

    [Theory]
    [InlineData(61, 1)]
    [InlineData(50, 15)]
    public async Task A_session_ends_when_it_is_left_alone_and_after_its_hours(int minutes, int times)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        for (var time = 0; time < times; time++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await browser.OpenAsync(Account);
        }

        Assert.DoesNotContain("Signed in as", browser.Page);
    }

    [Fact]
    public async Task Sessions_are_listed_and_revoked_and_signed_out()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var (first, second) = (new Browser(app), new Browser(app));
        await second.SignInAsync("alice");
        await first.SignInAsync("alice");

        var other = await app.ReadAsync(db => db.WebSessions.OrderBy(row => row.Id).Select(row => row.Key).FirstAsync());
        await first.SubmitAsync("End", ("key", other));
        await first.OpenAsync(Account);
        var stillIn = first.Page;
        var cookie = first.Cookies["assay"];
        await first.SubmitAsync("SignOut");
        var stolen = new Browser(app) { Cookies = { ["assay"] = cookie } };

        Assert.DoesNotContain("Signed in as", await second.OpenAsync(Account));
        Assert.Contains("Signed in as alice", stillIn);
        Assert.DoesNotContain("Signed in as", await stolen.OpenAsync(Account));
    }

    [Fact]
    public async Task Nobody_revokes_the_session_of_somebody_else()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        var (alice, bob) = (new Browser(app), new Browser(app));
        await alice.SignInAsync("alice");
        await bob.SignInAsync("bob");

        var key = await app.ReadAsync(db => db.WebSessions.OrderBy(row => row.Id).Select(row => row.Key).FirstAsync());
        await bob.SubmitAsync("End", ("key", key));

        Assert.Contains("Signed in as alice", await alice.OpenAsync(Account));
    }

    [Fact]
    public async Task Codes_are_set_up_and_removed_on_the_page()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        await browser.OpenAsync(Factors);

        var unproved = await browser.SubmitAsync("BeginCodes", ("password", "not the password"));
        await browser.OpenAsync(Factors);
        var begun = await browser.SubmitAsync("BeginCodes", ("password", RegistryApp.Password));
        var secret = Secret(WebUtility.HtmlDecode(begun));
        var wrong = await browser.SubmitAsync("ConfirmCodes", ("factor", new TestFactor(app, secret, []).WrongCode()));
        var shown = await browser.SubmitAsync("ConfirmCodes", ("factor", new TestFactor(app, secret, []).Code));
        var factor = new TestFactor(app, secret, [.. CodePattern().Matches(shown).Select(match => match.Value)]);
        await browser.OpenAsync(Factors);
        var bare = await browser.SubmitAsync("RemoveCodes", ("password", RegistryApp.Password));
        await browser.OpenAsync(Factors);
        await browser.SubmitAsync("RemoveCodes", ("password", RegistryApp.Password), ("factor", factor.RecoveryCodes[0]));

        Assert.Contains("name or the password is wrong", unproved);
        Assert.Contains("not the code that your app shows", wrong);
        Assert.Equal(10, factor.RecoveryCodes.Length);
        Assert.Contains("Give your second factor as well", bare);
        Assert.Equal(0, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    [Fact]
    public async Task A_passkey_is_added_signs_in_alone_confirms_and_is_removed()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var (passkey, id) = (new TestPasskey(app.Url), await IdAsync(app, "alice"));

        var added = await AddAsync(browser, passkey, "laptop");
        var other = new Browser(app);
        await other.OpenAsync(SignIn);
        await other.SubmitAsync("", ("passkey", passkey.Use(other.Options("", "use"), id)));
        await other.OpenAsync(Account);
        var asked = await app.SendAsync(HttpMethod.Put, "/@acme%2fhello", alice, RegistryApp.Json(new TestPackage("@acme/hello", "1.0.0").Document()), headers => headers.Add("npm-auth-type", "web"));
        var challenge = await asked.ShouldAskAsync();
        var page = new Browser(app);
        var path = new Uri((string)challenge["authUrl"]!).PathAndQuery;
        await page.OpenAsync(path);
        var confirmed = await page.SubmitAsync("", ("code", TypedCode().Match(asked.Notice()).Value), ("passkey", passkey.Use(page.Options("", "use"), id)));
        var answer = (string)(await (await app.GetAsync(new Uri((string)challenge["doneUrl"]!).PathAndQuery)).ShouldBeAsync(HttpStatusCode.OK))["token"]!;
        var published = await new TestPackage("@acme/hello", "1.0.0").PublishAsync(app, alice, answer);
        await browser.OpenAsync(Factors);
        var row = await app.ReadAsync(db => db.Passkeys.SingleAsync());
        await browser.SubmitAsync(
            "RemovePasskey", ("id", $"{row.Id}"), ("password", RegistryApp.Password), ("passkey", passkey.Use(browser.Options("RemovePasskey", "use"), id)));

        Assert.Equal(10, CodePattern().Count(added));
        Assert.Contains("Signed in as alice", other.Page);
        Assert.Contains("You can close this page", confirmed);
        await published.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(("laptop", 2), (row.Name, row.SignCount));
        Assert.Equal(0, await app.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    [Fact]
    public async Task Codes_that_are_on_are_not_begun_again_over_them()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var (change, person) = (app.Services.GetRequiredService<ChangeFactors>(), await app.ReadAsync(db => db.People.Where(row => row.Name == "alice").Select(row => row.Id).SingleAsync()));

        var begun = await change.BeginTotpAsync(new OwnAccount(person, "alice", "127.0.0.1"), CancellationToken.None);

        Assert.Null(begun);
        await (await new TestPackage("@acme/hello", "1.0.0").PublishAsync(app, alice, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Codes_that_are_only_being_set_up_do_not_count_beside_a_passkey()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var (passkey, id) = (new TestPasskey(app.Url), await IdAsync(app, "alice"));
        await AddAsync(browser, passkey, "laptop");
        await browser.OpenAsync(Factors);
        var begun = await browser.SubmitAsync(
            "BeginCodes", ("password", RegistryApp.Password), ("passkey", passkey.Use(browser.Options("BeginCodes", "use"), id)));
        var factor = new TestFactor(app, Secret(WebUtility.HtmlDecode(begun)), []);

        var published = await new TestPackage("@acme/hello", "1.0.0").PublishAsync(app, alice, factor.Code);

        await published.ShouldAskAsync("otp-wrong");
    }

    public static TheoryData<string> BadPasskeys => ["another origin", "another host", "a frame", "no user verification", "another person", "another page", "too late", "twice", "a copy", "another key"];

    [Theory]
    [MemberData(nameof(BadPasskeys))]
    public async Task A_passkey_does_not_count_with(string fault)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var (passkey, id) = (new TestPasskey(app.Url), await IdAsync(app, "alice"));
        await AddAsync(browser, passkey, "laptop");
        var other = new Browser(app);
        await other.OpenAsync(SignIn);
        var options = other.Options("", "use");

        var used = fault switch
        {
            "another origin" => (passkey with { Origin = "https://evil.example" }).Use(options, id),
            "a frame" => (passkey with { IsInAFrame = true }).Use(options, id),
            "another host" => (passkey with { Host = "evil.example" }).Use(options, id),
            "no user verification" => (passkey with { VerifiesUser = false }).Use(options, id),
            "another person" => passkey.Use(options, await IdAsync(app, "bob")),
            "another key" => new TestPasskey(app.Url).Use(options, id),
            _ => passkey.Use(options, id),
        };
        switch (fault)
        {
            case "another page":
                await browser.OpenAsync(Factors);
                await browser.SubmitAsync("RenewCodes", ("password", RegistryApp.Password), ("passkey", used));
                Assert.Contains("not known here, or took too long", browser.Page);
                return;
            case "too late":
                app.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
                break;
            case "twice":
                await other.SubmitAsync("", ("passkey", used));
                Assert.Equal(HttpStatusCode.Found, other.Status);
                other = new Browser(app);
                await other.OpenAsync(SignIn);
                break;
            case "a copy":
                await other.SubmitAsync("", ("passkey", used));
                other = new Browser(app);
                await other.OpenAsync(SignIn);
                passkey.NextCount = 1;
                used = passkey.Use(other.Options("", "use"), id);
                break;
        }
        await other.SubmitAsync("", ("passkey", used));

        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Equal(fault == "a copy" ? 1 : 0, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "passkey.clone-suspected")));
    }

    [Fact]
    public async Task An_answer_that_was_seen_is_not_taken_again_with_its_own_ceremony()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var (passkey, id) = (new TestPasskey(app.Url) { NextCount = 0 }, await IdAsync(app, "alice"));
        await AddAsync(browser, passkey, "without a counter");
        var other = new Browser(app);
        await other.OpenAsync(SignIn);
        var used = passkey.Use(other.Options("", "use"), id);
        var ceremony = other.Document.QuerySelector("input[name=ceremony]")!.GetAttribute("value")!;

        await other.SubmitAsync("", ("passkey", used));
        var first = other.Status;
        other.Cookies.Remove("assay");
        await other.OpenAsync(SignIn);
        await other.SubmitAsync("", ("ceremony", ceremony), ("passkey", used));

        Assert.Equal((HttpStatusCode.Found, HttpStatusCode.BadRequest), (first, other.Status));
    }

    [Fact]
    public async Task The_last_passkey_stays_where_a_factor_is_required()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:SecondFactor=required"]);
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        var (passkey, id) = (new TestPasskey(app.Url), await IdAsync(app, "alice"));
        await AddAsync(browser, passkey, "laptop");
        await browser.OpenAsync(Factors);

        var page = await browser.SubmitAsync(
            "RemovePasskey", ("id", "1"), ("password", RegistryApp.Password), ("passkey", passkey.Use(browser.Options("RemovePasskey", "use"), id)));

        Assert.Contains("this is your last one", page);
        Assert.Equal(1, await app.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    [Fact]
    public async Task A_session_alone_adds_no_second_passkey()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        await AddAsync(browser, new TestPasskey(app.Url), "laptop");
        await browser.OpenAsync(Factors);

        var page = await browser.SubmitAsync(
            "AddPasskey", ("password", RegistryApp.Password), ("made", new TestPasskey(app.Url).Make(browser.Options("AddPasskey", "make"))));

        Assert.Contains("Give your second factor as well", page);
        Assert.Equal(1, await app.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    [Fact]
    public async Task Pages_run_the_one_script_and_no_other()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        var address = browser.Document.QuerySelector("script")!.GetAttribute("src")!;
        using var script = await app.GetAsync(address);

        Assert.Contains("script-src 'self'", browser.ContentPolicy);
        Assert.Contains("default-src 'none'", browser.ContentPolicy);
        Assert.StartsWith("/-/assets/pages.js?v=", address, StringComparison.Ordinal);
        Assert.Single(browser.Document.QuerySelectorAll("script"));
        Assert.DoesNotContain("onclick", browser.Page);
        Assert.Equal("text/javascript; charset=utf-8", script.Content.Headers.ContentType!.ToString());
    }

    private static async Task<string> AddAsync(Browser browser, TestPasskey passkey, string name)
    {
        await browser.OpenAsync(Factors);
        return await browser.SubmitAsync("AddPasskey", ("name", name), ("password", RegistryApp.Password), ("made", passkey.Make(browser.Options("AddPasskey", "make"))));
    }

    private static async Task<string> IdAsync(RegistryApp app, string name) => $"{await app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync())}";

    private static byte[] Secret(string page)
    {
        var bits = string.Concat(SecretPattern().Match(page).Groups[1].Value.Select(character => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(character), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    [GeneratedRegex("<pre[^>]*>([A-Z2-7]+)</pre>")]
    private static partial Regex SecretPattern();

    [GeneratedRegex("([0-9]{4} ){5}[0-9]{4}")]
    private static partial Regex CodePattern();

    [GeneratedRegex("[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex TypedCode();

}
