using System.Net;
using System.Text;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages;

public sealed class PagesTests
{
    [Fact]
    public async Task The_setup_code_makes_the_first_administrator_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var code = await NewCodeAsync(app);

        var done = await SetUpAsync(app, code, "root");
        var again = await SetUpAsync(app, code, "second");

        Assert.Equal(HttpStatusCode.Found, done.Status);
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        var people = await app.ReadAsync(db => db.People.ToListAsync());
        Assert.Equal(("root", true), (people.Single().Name, people.Single().IsAdministrator));
        Assert.Contains("set up already", await (await app.GetAsync("/-/setup")).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", HttpStatusCode.Found)]
    [InlineData("application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*", HttpStatusCode.Unauthorized)]
    public async Task A_browser_at_the_address_of_a_package_is_led_to_its_page(string accept, HttpStatusCode expected)
    {
        await using var app = await RegistryApp.StartAsync();

        using var answer = await app.GetAsync("/@acme%2fx", headers: headers => headers.TryAddWithoutValidation("Accept", accept));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected is HttpStatusCode.Found ? "/-/packages/@acme/x" : null, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_wrong_setup_code_makes_nobody()
    {
        await using var app = await RegistryApp.StartAsync();
        await NewCodeAsync(app);

        var browser = await SetUpAsync(app, "AAAA-AAAA-AAAA-AAAA", "root");

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("not the setup code", browser.Page);
        Assert.Equal(0, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task The_code_of_an_earlier_start_is_over()
    {
        await using var app = await RegistryApp.StartAsync();
        var first = await NewCodeAsync(app);
        var second = await NewCodeAsync(app);

        Assert.Equal(HttpStatusCode.BadRequest, (await SetUpAsync(app, first, "root")).Status);
        Assert.Equal(HttpStatusCode.Found, (await SetUpAsync(app, second, "root")).Status);
    }

    [Fact]
    public async Task Of_two_who_use_the_code_at_once_one_becomes_administrator()
    {
        await using var app = await RegistryApp.StartAsync();
        var code = await NewCodeAsync(app);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => SetUpAsync(app, code, $"root{number}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Found);
        Assert.Equal(1, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Theory]
    [InlineData("Root", "root@example.test", "a long enough password")]
    [InlineData(".root", "root@example.test", "a long enough password")]
    [InlineData("root\n", "root@example.test", "a long enough password")]
    [InlineData("root\0", "root@example.test", "a long enough password")]
    [InlineData("<b>", "root@example.test", "a long enough password")]
    [InlineData("root", "nowhere", "a long enough password")]
    [InlineData("root", "root@example.test\n", "a long enough password")]
    [InlineData("root", "root@example.test", "short")]
    public async Task A_person_has_a_plain_name_an_address_and_a_long_password(string name, string email, string password)
    {
        await using var app = await RegistryApp.StartAsync();
        var code = await NewCodeAsync(app);

        var browser = await SetUpAsync(app, code, name, email, password);

        // What no browser puts into a form is no form of ours.
        Assert.Equal(name.Contains('\0', StringComparison.Ordinal) ? HttpStatusCode.Forbidden : HttpStatusCode.BadRequest, browser.Status);
        Assert.DoesNotContain("<b>", browser.Page);
        Assert.Equal(0, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/-/setup")]
    [InlineData("/-/login/unknown")]
    public async Task No_page_runs_a_strangers_script_or_is_framed_or_kept(string path)
    {
        await using var app = await RegistryApp.StartAsync();

        var response = await app.GetAsync(path);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'self'; script-src 'self'; ", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("/-/setup", "application/json", "{}")]
    [InlineData("/-/setup", "text/plain", "code=x")]
    [InlineData("/-/setup", "multipart/form-data; boundary=x", "--y")]
    [InlineData("/-/setup", "application/x-www-form-urlencoded", "%zz=%00&&&==")]
    [InlineData("/-/setup", null, "")]
    public async Task A_form_of_another_shape_is_refused_and_not_an_incident(string path, string? type, string body)
    {
        await using var app = await RegistryApp.StartAsync();
        await NewCodeAsync(app);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var response = await app.SendAsync(HttpMethod.Post, path, content: content);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_form_of_any_size_is_not_taken_into_memory()
    {
        await using var app = await RegistryApp.StartAsync();
        var body = "POST /-/setup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n";

        var answer = await app.RawAsync(body);

        Assert.Equal(413, RawRequest.Status(answer));
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_refused_and_not_an_incident()
    {
        await using var app = await RegistryApp.StartAsync();
        await NewCodeAsync(app);
        var body = string.Join('&', Enumerable.Range(0, 3000).Select(number => $"a{number}=b"));

        var response = await app.SendAsync(HttpMethod.Post, "/-/setup", content: new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static Task<string> NewCodeAsync(RegistryApp app) => app.Services.GetRequiredService<FirstAdministrator>().NewCodeAsync(CancellationToken.None);

    /// <summary>Sends the form; with the token of another page of the same browser, because this one may be over.</summary>
    private static async Task<Browser> SetUpAsync(
        RegistryApp app, string code, string name, string email = "root@example.test", string password = RegistryApp.Password)
    {
        var browser = new Browser(app);
        await browser.OpenAsync("/-/sign-in");
        await browser.PostAsync("/-/setup", ("code", code), ("name", name), ("email", email), ("password", password));
        return browser;
    }
}
