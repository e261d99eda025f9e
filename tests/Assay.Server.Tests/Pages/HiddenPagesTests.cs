using System.Net;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages;

/// <summary>Who may not know a package cannot tell its pages from those of one that does not exist. New pages are among them by themselves.</summary>
public sealed class HiddenPagesTests : IAsyncLifetime
{
    // Of one length, so that whole pages can be compared.
    private const string Hidden = "hidden";
    private const string Absent = "absent";

    // What else stands in addresses of pages, none of which names a package.
    private static readonly string[] OthersThanPackages =
        ["version", "before", "now", "id", "index", "link", "name", "org", "team", "scope", "provider", "purpose"];

    private RegistryApp app = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.TeamAsync(alice, "acme", "core");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task No_page_names_a_package_in_a_way_that_is_not_asked_here()
    {
        var pages = await PageRoute.AllAsync(app);

        Assert.Empty(pages.SelectMany(page => page.Parameters).Distinct().Except([.. OthersThanPackages, "package"]));
        Assert.True(pages.Count(page => page.IsOfPackage) >= 13);
    }

    [Theory]
    [InlineData("@acme", "nobody")]
    [InlineData("@acme", "stranger")]
    [InlineData("@acme", "developer")]
    [InlineData("@free", "nobody")]
    [InlineData("@free", "stranger")]
    [InlineData("", "nobody")]
    [InlineData("", "stranger")]
    public async Task Each_page_and_each_form_is_that_of_a_name_that_does_not_exist(string scope, string visitor)
    {
        var prefix = scope.Length == 0 ? "" : $"{scope}/";
        await app.PublishedForTeamsAsync(alice, new TestPackage($"{prefix}{Hidden}", "1.0.0"));
        var browser = await VisitorAsync(visitor);
        var events = await app.ReadAsync(db => db.AuditEvents.CountAsync());

        foreach (var page in (await PageRoute.AllAsync(app)).Where(page => page.IsOfPackage))
        {
            await ShouldBeTheSameAsync(page, prefix, address => browser.OpenAsync(address), browser, "");
            foreach (var handler in page.Posts)
            {
                await ShouldBeTheSameAsync(page, prefix, address => browser.PostAsync(address), browser, handler);
            }
        }
        Assert.Equal(events, await app.ReadAsync(db => db.AuditEvents.CountAsync()));
    }

    [Fact]
    public async Task For_those_who_may_read_them_the_pages_are_there()
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage($"@acme/{Hidden}", "1.0.0"));
        var browser = await VisitorAsync("alice");

        foreach (var page in (await PageRoute.AllAsync(app)).Where(page => page is { IsOfPackage: true, IsRead: true } && !page.Parameters.Contains("id")))
        {
            await browser.OpenAsync(page.AddressOf($"@acme/{Hidden}"));

            // There is no version to compare with.
            var isThere = browser.Status is HttpStatusCode.OK || (page.Parameters.Contains("before") && browser.Text.Contains("no version x", StringComparison.Ordinal));
            Assert.True(isThere, $"{page.Address} answered {browser.Status}:\n{browser.Text}");
        }
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("stranger")]
    public async Task No_list_and_no_search_shows_it(string visitor)
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage($"@acme/{Hidden}", "1.0.0"));
        var browser = await VisitorAsync(visitor);

        foreach (var page in (await PageRoute.AllAsync(app)).Where(page => page is { IsOfPackage: false, IsRead: true }))
        {
            await browser.OpenAsync(page.Address);

            Assert.False(browser.Page.Contains($"@acme/{Hidden}", StringComparison.OrdinalIgnoreCase), $"{page.Address}\n{browser.Text}");
        }
        Assert.DoesNotContain($"/{Hidden}", await browser.OpenAsync("/-/search?q=scope:acme"));
    }

    private static async Task ShouldBeTheSameAsync(PageRoute page, string prefix, Func<string, Task<string>> ask, Browser browser, string handler)
    {
        var hidden = await ask(page.AddressOf(prefix + Hidden, handler));
        var status = browser.Status;
        var absent = await ask(page.AddressOf(prefix + Absent, handler));

        Assert.Equal($"{page.Address} {handler} {browser.Status}", $"{page.Address} {handler} {status}");
        Assert.Equal($"{page.Address} {handler}\n{absent.Replace(Absent, Hidden, StringComparison.Ordinal)}", $"{page.Address} {handler}\n{hidden}");
    }

    private async Task<Browser> VisitorAsync(string visitor)
    {
        var browser = new Browser(app);
        if (visitor == "developer")
        {
            await app.MemberAsync(alice, "acme", visitor);
        }
        else if (visitor == "stranger")
        {
            await app.SignedInAsync(visitor);
        }
        if (visitor == "nobody")
        {
            // For the token of its forms.
            await browser.OpenAsync("/-/sign-in");
        }
        else
        {
            await browser.SignInAsync(visitor);
        }
        return browser;
    }
}
