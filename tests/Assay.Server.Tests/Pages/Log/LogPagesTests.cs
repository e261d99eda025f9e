using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Pages.Operator;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Log;

/// <summary>The log in a browser: its checkpoint, its entries as far as one may know them, and proofs that are drawn.</summary>
public sealed class LogPagesTests : IAsyncLifetime
{
    private const string Public = "--Assay:Log:Read=Public";

    private RegistryApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/secret", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@open/x", "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_stranger_is_led_to_the_sign_in_unless_the_log_is_for_everybody()
    {
        var stranger = new Browser(app);
        await using var open = await RegistryApp.StartAsync([Public]);
        var reader = new Browser(open);

        await stranger.OpenAsync("/-/log/entries/0");
        await reader.OpenAsync("/-/log/entries/0");

        Assert.Equal((HttpStatusCode.Found, "/-/sign-in?back=%2F-%2Flog%2Fentries%2F0"), (stranger.Status, stranger.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.OK, reader.Status);
        await stranger.OpenAsync("/-/log");
        Assert.Equal(HttpStatusCode.Found, stranger.Status);
    }

    [Fact]
    public async Task The_overview_shows_the_checkpoint_as_it_is_signed_and_the_keys()
    {
        var browser = await SignedInAsync("bob");

        await browser.OpenAsync("/-/log");

        var newest = await app.ReadAsync(db => db.LogCheckpoints.OrderByDescending(row => row.Size).FirstAsync());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(newest.Note), browser.Document.QuerySelector("#note")!.TextContent);
        Assert.Contains($"Leaves {newest.Size}", browser.Text);
        Assert.Equal(2, browser.Document.QuerySelectorAll("[aria-label='Keys of the log'] tbody tr").Length);
        Assert.Contains("assay verify", browser.Text);
        Assert.Contains("has no witnesses", browser.Text);
        Inert.ShouldBe(browser.Document);
    }

    [Fact]
    public async Task Who_may_know_a_package_reads_its_entries_and_others_see_that_they_are_sealed()
    {
        var (alice, bob) = (await SignedInAsync("alice"), await SignedInAsync("bob"));

        await alice.OpenAsync("/-/log");
        await bob.OpenAsync("/-/log");

        Assert.Contains("published @acme/secret@1.0.0", alice.Text);
        Assert.DoesNotContain("@acme/secret", bob.Text.Replace("Such as @acme/x", "", StringComparison.Ordinal));
        Assert.Contains("published @open/x@1.0.0", bob.Text);
        Assert.Contains("Sealed", bob.Text);
    }

    [Fact]
    public async Task An_entry_that_is_not_for_one_says_neither_what_it_is_nor_of_what()
    {
        var bob = await SignedInAsync("bob");

        foreach (var index in await IndexesAsync("@acme/secret"))
        {
            await bob.OpenAsync($"/-/log/entries/{index}");

            Assert.Equal(HttpStatusCode.OK, bob.Status);
            Assert.DoesNotContain("secret", bob.Text.Replace("It has no secret part", "", StringComparison.Ordinal));
            Assert.DoesNotContain("alice", bob.Text);
            Assert.Contains("sealed", bob.Text);
            Assert.Contains("Verified here", bob.Text);
        }
    }

    [Fact]
    public async Task An_entry_has_its_opening_and_the_proof_as_a_drawing_and_as_a_table()
    {
        var alice = await SignedInAsync("alice");
        var row = await app.ReadAsync(db => db.LogLeaves.Where(leaf => leaf.Package == "@acme/secret" && leaf.Kind == "publish").SingleAsync());

        await alice.OpenAsync($"/-/log/entries/{row.Index}");

        Assert.Contains(Convert.ToHexStringLower(row.Salt!), alice.Text);
        Assert.Contains(row.Event!, alice.Text);
        Assert.Contains(Convert.ToBase64String(row.Hash), alice.Text);
        var (drawing, table) = (alice.Document.QuerySelector("svg.tree")!, alice.Document.QuerySelectorAll("[aria-label='The proof as a table of hashes'] tbody tr"));
        Assert.Equal($"Inclusion proof of leaf {row.Index}", drawing.QuerySelector("title")!.TextContent);
        Assert.Equal("tree-title tree-text", drawing.GetAttribute("aria-labelledby"));
        Assert.Equal(2 * table.Length - 1, drawing.QuerySelectorAll("rect").Length);
        Assert.Equal(await RootAsync(), table[^1].QuerySelectorAll("code")[^1].TextContent);
        Inert.ShouldBe(alice.Document);
    }

    [Fact]
    public async Task Entries_are_found_by_package_and_version_by_those_who_may_know_it()
    {
        var (alice, bob) = (await SignedInAsync("alice"), await SignedInAsync("bob"));

        await alice.OpenAsync("/-/log?find=@acme/secret@1.0.0");
        await bob.OpenAsync("/-/log?find=@acme/secret@1.0.0");
        var hidden = bob.Document.QuerySelector("[aria-labelledby=entries]")!.TextContent;
        await bob.OpenAsync("/-/log?find=@acme/absent@1.0.0");
        var absent = bob.Document.QuerySelector("[aria-labelledby=entries]")!.TextContent;

        Assert.Contains("published @acme/secret@1.0.0", alice.Text);
        Assert.Equal(absent.Replace("absent", "secret", StringComparison.Ordinal), hidden);
        Assert.Contains("nothing about @acme/secret@1.0.0 that you may know", hidden);
    }

    [Fact]
    public async Task Entries_are_paged_and_found_by_their_number()
    {
        for (var number = 0; number < 60; number++)
        {
            await new TestPackage($"@open/p{number}", "1.0.0").PublishAsync(app, await TokenAsync());
        }
        var browser = await SignedInAsync("bob");

        await browser.OpenAsync("/-/log");
        var first = Shown(browser);
        await browser.OpenAsync(browser.Document.QuerySelector("nav[aria-label='Pages of entries'] a")!.GetAttribute("href")!);
        var second = Shown(browser);
        await browser.OpenAsync("/-/log?index=7");

        Assert.Equal((50, 50), (first.Length, second.Length));
        Assert.Equal(first[^1] - 1, second[0]);
        Assert.Equal("/-/log/entries/7", browser.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/-/log/entries/99999", HttpStatusCode.NotFound)]
    [InlineData("/-/log/entries/9223372036854775807", HttpStatusCode.NotFound)]
    [InlineData("/-/log/entries/-1", HttpStatusCode.NotFound)]
    [InlineData("/-/log/entries/x", HttpStatusCode.NotFound)]
    [InlineData("/-/log?before=-5", HttpStatusCode.OK)]
    [InlineData("/-/log?before=x&index=x", HttpStatusCode.OK)]
    public async Task What_is_not_there_is_not_an_incident(string address, HttpStatusCode expected)
    {
        var browser = await SignedInAsync("bob");

        await browser.OpenAsync(address);

        Assert.Equal(expected, browser.Status);
    }

    private string? token;

    private async Task<string> TokenAsync() => token ??= await app.SignedInAsync("carol");

    private static long[] Shown(Browser browser) =>
        [.. browser.Document.QuerySelectorAll("[aria-label='Entries of the log'] tbody th").Select(cell => long.Parse(cell.TextContent, System.Globalization.CultureInfo.InvariantCulture))];

    private Task<List<long>> IndexesAsync(string package) => app.ReadAsync(db => db.LogLeaves.Where(row => row.Package == package).Select(row => row.Index).ToListAsync());

    private async Task<string> RootAsync()
    {
        var note = await app.ReadAsync(db => db.LogCheckpoints.OrderByDescending(row => row.Size).Select(row => row.Note).FirstAsync());
        return System.Text.Encoding.UTF8.GetString(note).Split('\n')[2];
    }

    private async Task<Browser> SignedInAsync(string name)
    {
        var browser = new Browser(app);
        await browser.SignInAsync(name);
        return browser;
    }
}
