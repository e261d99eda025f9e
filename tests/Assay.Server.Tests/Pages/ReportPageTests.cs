using System.Net;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages;

/// <summary>The page on which a package is reported.</summary>
public sealed class ReportPageTests : IAsyncLifetime
{
    private const string Page = "/-/report/@acme%2fx";

    private RegistryApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        await app.SignedInAsync("bob");
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("@acme/x", "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData(Page)]
    [InlineData("/-/report/@acme/x")]
    public async Task Whoever_is_signed_in_reports_without_a_script(string page)
    {
        var browser = await SignedInAsync("bob");
        await browser.OpenAsync(page);
        Assert.StartsWith("default-src 'none'", browser.ContentPolicy, StringComparison.Ordinal);

        await browser.SubmitAsync("", ("kind", "malware"), ("version", ""), ("text", "it reads\r\n~/.npmrc"));

        Assert.Contains("This is report 1", browser.Page);
        Assert.Equal("malware @acme/x it reads\n~/.npmrc", await app.ReadAsync(db => db.Reports.Select(row => $"{row.Kind} {row.PackageName} {row.Text}").SingleAsync()));
        Assert.Equal("bob", await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "report.made").Select(row => row.Actor).SingleAsync()));
    }

    [Fact]
    public async Task Nobody_is_asked_to_sign_in_and_told_nothing_of_the_package()
    {
        var browser = new Browser(app);

        await browser.OpenAsync(Page);
        var there = browser.Location!.OriginalString;
        await browser.OpenAsync("/-/report/@acme%2fabsent");
        var absent = browser.Location!.OriginalString;
        await browser.FollowAsync();

        Assert.Contains("User name", browser.Page);
        Assert.Equal(there.Replace("x", "NAME", StringComparison.Ordinal), absent.Replace("absent", "NAME", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_of_another_page_reports_nothing()
    {
        var browser = await SignedInAsync("bob");
        await browser.OpenAsync(Page);

        await browser.SubmitAsync("", ("form", "another"), ("kind", "malware"), ("text", "x"));

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Equal(0, await app.ReadAsync(db => db.Reports.CountAsync()));
    }

    [Fact]
    public async Task What_is_wrong_is_shown_with_what_was_written_and_nothing_of_it_is_markup()
    {
        var browser = await SignedInAsync("bob");
        await browser.OpenAsync(Page);

        await browser.SubmitAsync("", ("kind", "impersonation"), ("version", "\"><b>1"), ("text", "</textarea><script>alert(1)</script>"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("A version is one like 1.2.3", browser.Page);
        Assert.Equal("impersonation", browser.Document.QuerySelector("option[selected]")!.GetAttribute("value"));
        Assert.Contains("&lt;/textarea&gt;&lt;script&gt;", browser.Page);
        Assert.DoesNotContain("<script>", browser.Page);
        Assert.DoesNotContain("<b>", browser.Page);
    }

    [Fact]
    public async Task A_package_that_one_may_not_know_is_answered_like_none()
    {
        await app.PublishedForTeamsAsync(await app.SignedInAsync("carol"), new TestPackage("@acme/secret", "1.0.0"));
        var browser = await SignedInAsync("bob");

        var pages = new List<string>();
        foreach (var name in new[] { "secret", "absent" })
        {
            var shown = await browser.OpenAsync($"/-/report/@acme%2f{name}");
            var sent = await browser.SubmitAsync("", ("kind", "other"), ("text", "x"));
            pages.Add((shown + sent).Replace(name, "NAME", StringComparison.Ordinal));
        }

        Assert.Equal(pages[0], pages[1]);
        Assert.Contains("or you may not know it", pages[0]);
    }

    private async Task<Browser> SignedInAsync(string name)
    {
        var browser = new Browser(app);
        await browser.SignInAsync(name);
        return browser;
    }
}
