using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Identity;

/// <summary>Sign-in begun by a command line and confirmed on a page.</summary>
public sealed partial class WebLoginTests
{
    [Fact]
    public async Task The_right_code_and_password_give_the_command_line_a_token_once()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);

        var waiting = await app.GetAsync(login.Done);
        var page = await ConfirmAsync(app, login, login.Code);
        var done = await (await app.GetAsync(login.Done)).ShouldBeAsync(HttpStatusCode.OK);
        var again = await app.GetAsync(login.Done);

        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        Assert.InRange(waiting.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("alice", (string?)(await (await app.GetAsync("/-/whoami", (string)done["token"]!)).JsonAsync())["username"]);
        await again.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "login-over");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"create":true}""")]
    public async Task The_addresses_survive_the_masking_of_npm(string body)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/"]);

        var response = await app.PostAsync("/-/v1/login", "npm_stale", JsonNode.Parse(body));

        var json = await response.ShouldBeAsync(HttpStatusCode.OK);
        foreach (var url in new[] { (string)json["loginUrl"]!, (string)json["doneUrl"]! })
        {
            Assert.StartsWith("https://npm.acme.example/-/", url);
            Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}-", url);
        }
        Assert.NotEqual(Secret((string)json["loginUrl"]!), Secret((string)json["doneUrl"]!));
        Assert.Matches(CodePattern(), response.Notice());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task The_page_says_who_asks_from_where_and_trusts_no_text_of_theirs()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"]);
        var login = await BeginAsync(app, "<script>alert(1)</script>\"'&", "203.0.113.7");
        app.Clock.Advance(TimeSpan.FromSeconds(42));

        var page = await app.GetAsync(login.Page);
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html);
        Assert.DoesNotContain("<script>", html);
        Assert.Contains("203.0.113.7", html);
        Assert.Contains("42 seconds", html);
        Assert.DoesNotContain(login.Code, html);
        Assert.DoesNotContain(login.Code.Replace("-", "", StringComparison.Ordinal), html);
    }

    [Fact]
    public async Task A_wrong_code_confirms_nothing_even_with_the_right_password()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);

        var page = await ConfirmAsync(app, login, "AAAA-AAAA");

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("not the code", page.Page);
        Assert.Equal(HttpStatusCode.Accepted, (await app.GetAsync(login.Done)).StatusCode);
    }

    [Fact]
    public async Task After_five_wrong_codes_the_sign_in_is_over()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);
        for (var wrong = 0; wrong < 5; wrong++)
        {
            await ConfirmAsync(app, login, "AAAA-AAAA");
        }

        var right = await ConfirmAsync(app, login, login.Code);

        Assert.Equal(HttpStatusCode.NotFound, right.Status);
        await (await app.GetAsync(login.Done)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "login-over");
    }

    [Fact]
    public async Task A_wrong_password_confirms_nothing_and_guessing_has_to_wait()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Contains("wrong", (await ConfirmAsync(app, login, login.Code, "a wrong password")).Page);
        }

        var early = await ConfirmAsync(app, login, login.Code);

        Assert.Contains("Try again in", early.Page);
        Assert.Equal(HttpStatusCode.Accepted, (await app.GetAsync(login.Done)).StatusCode);
    }

    [Fact]
    public async Task After_five_minutes_the_sign_in_is_over()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var (open, confirmed) = (await BeginAsync(app), await BeginAsync(app));
        await ConfirmAsync(app, confirmed, confirmed.Code);

        app.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync(open.Page)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ConfirmAsync(app, open, open.Code)).Status);
        await (await app.GetAsync(open.Done)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "login-over");
        await (await app.GetAsync(confirmed.Done)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "login-over");
    }

    [Fact]
    public async Task The_page_does_not_give_the_token_and_the_polled_address_does_not_give_the_page()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);
        await ConfirmAsync(app, login, login.Code);

        var polledByPage = await app.GetAsync($"/-/v1/done?id={Secret(login.Page)}");
        var pageByPolled = await app.GetAsync($"/-/login/{Secret(login.Done)}");

        Assert.Equal(HttpStatusCode.NotFound, polledByPage.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, pageByPolled.StatusCode);
    }

    [Fact]
    public async Task Of_two_polls_at_once_one_gets_the_token()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var login = await BeginAsync(app);
        await ConfirmAsync(app, login, login.Code);

        var polls = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.GetAsync(login.Done)));

        Assert.Single(polls, poll => poll.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/-/v1/done")]
    [InlineData("/-/v1/done?id=")]
    [InlineData("/-/v1/done?id=%00")]
    [InlineData("/-/v1/done?id=a&id=b")]
    public async Task An_unknown_poll_is_over(string path)
    {
        await using var app = await RegistryApp.StartAsync();

        await (await app.GetAsync(path)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "login-over");
    }

    private static async Task<Login> BeginAsync(RegistryApp app, string agent = "npm/11.19.1", string? from = null)
    {
        var response = await app.SendAsync(HttpMethod.Post, "/-/v1/login", content: RegistryApp.Json(new JsonObject()), headers: headers =>
        {
            headers.TryAddWithoutValidation("User-Agent", agent);
            headers.TryAddWithoutValidation("X-Forwarded-For", from);
        });
        var json = await response.ShouldBeAsync(HttpStatusCode.OK);
        return new Login(
            new Uri((string)json["loginUrl"]!).PathAndQuery, new Uri((string)json["doneUrl"]!).PathAndQuery, CodePattern().Match(response.Notice()).Value);
    }

    /// <summary>Sends the page's form; with the token of another page of the same browser, because this one may be over.</summary>
    private static async Task<Browser> ConfirmAsync(RegistryApp app, Login login, string code, string password = RegistryApp.Password)
    {
        var browser = new Browser(app);
        await browser.OpenAsync("/-/sign-in");
        await browser.PostAsync(login.Page, ("code", code.ToLowerInvariant()), ("name", "alice"), ("password", password));
        return browser;
    }

    private static string Secret(string url) => url[(url.LastIndexOfAny(['/', '=']) + 1)..];

    [GeneratedRegex("[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex CodePattern();

    private sealed record Login(string Page, string Done, string Code);
}
