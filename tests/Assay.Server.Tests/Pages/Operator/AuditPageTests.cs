using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>The audit log in a browser: found by the same words as over the API, paged, exported.</summary>
public sealed class AuditPageTests : IAsyncLifetime
{
    private OperatorWorld world = null!;

    public async ValueTask InitializeAsync() => world = await OperatorWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Events_are_found_by_pattern_actor_and_subject()
    {
        await world.RecordAsync("version.deprecated", "@acme/hello@1.0.0", "old");

        await world.Browser.OpenAsync("/-/operator/audit?action=version.*&actor=somebody&subject=@acme/*");
        var found = Events();
        await world.Browser.OpenAsync("/-/operator/audit?action=version.*&actor=nobody");

        Assert.Equal(["version.deprecated"], found);
        Assert.Contains("Nothing like that was recorded", world.Browser.Text);
    }

    [Fact]
    public async Task What_cannot_be_searched_for_is_said_and_stays_in_its_field()
    {
        await world.Browser.OpenAsync("/-/operator/audit?action=VERSION&since=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, world.Browser.Status);
        Assert.Contains("the name of an event", world.Browser.Text);
        Assert.Equal("VERSION", world.Browser.Document.QuerySelector("#action")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Older_events_are_a_page_further_with_the_same_filter()
    {
        for (var number = 0; number < 130; number++)
        {
            await world.RecordAsync("tag.set", $"@acme/hello@{number}", "");
        }

        await world.Browser.OpenAsync("/-/operator/audit?action=tag.set");
        var first = world.Browser.Document.QuerySelectorAll("tbody tr").Length;
        await world.Browser.OpenAsync(world.Browser.Document.QuerySelector("nav[aria-label='Pages of events'] a")!.GetAttribute("href")!);

        Assert.Equal(100, first);
        Assert.All(Events(), name => Assert.Equal("tag.set", name));
        Assert.InRange(Events().Length, 30, 100);
        Assert.Contains("The newest", world.Browser.Text);
    }

    [Fact]
    public async Task The_export_has_what_the_filter_finds_and_is_recorded()
    {
        await world.RecordAsync("version.deprecated", "@acme/hello@1.0.0", "a \"quoted\" <b>");
        await world.Browser.OpenAsync("/-/operator/audit?action=version.deprecated");
        var link = world.Browser.Document.QuerySelectorAll("a").Single(found => found.TextContent.StartsWith("Export", StringComparison.Ordinal)).GetAttribute("href")!;

        await world.Browser.OpenAsync(link);

        Assert.Equal(HttpStatusCode.OK, world.Browser.Status);
        var line = JsonNode.Parse(world.Browser.Page.Trim())!;
        Assert.Equal(("version.deprecated", "a \"quoted\" <b>", "somebody"), ((string?)line["action"], (string?)line["detail"], (string?)line["actor"]));
        Assert.Equal("root all events", await world.RecordedAsync("audit.exported"));
        Assert.Contains("action=version.deprecated", await world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "audit.exported").Select(row => row.Detail).SingleAsync()));
    }

    [Fact]
    public async Task A_member_exports_nothing()
    {
        await world.App.SignedInAsync("bob");
        var browser = new Fixtures.Browser(world.App);
        await browser.SignInAsync("bob");

        await browser.OpenAsync("/-/operator/audit?handler=Export");

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.DoesNotContain("\"action\"", browser.Page);
    }

    private string[] Events() => [.. world.Browser.Document.QuerySelectorAll("[aria-label=Events] tbody th").Select(cell => cell.TextContent)];
}
