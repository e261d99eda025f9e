using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.Pages.Operator;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>What the registry shows to whoever comes in, and to whoever looks for something.</summary>
public sealed class StartAndSearchPageTests
{
    [Fact]
    public async Task Before_anything_was_published_the_start_says_how_it_is_done()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = new Browser(app);
        await browser.OpenAsync("/");
        Assert.Contains("This registry has no administrator yet. Set it up", browser.Text);
        Assert.NotNull(browser.Document.QuerySelector("main a[href='/-/setup']"));

        await app.SignedInAsync("root", isAdministrator: true);
        await browser.OpenAsync("/");
        Assert.Contains("Nothing here is public. Sign in to see your packages.", browser.Text);
        Assert.Single(browser.Document.QuerySelectorAll("main a[href='/-/sign-in']"));
        Assert.DoesNotContain("The first publish", browser.Text);
        await browser.SignInAsync("root");
        await browser.OpenAsync("/");

        Assert.Contains("Nothing that you may read yet.", browser.Text);
        Assert.Contains("The first publish, without a token", browser.Text);
        Assert.Contains("npm trust github @your-scope/hello", browser.Document.QuerySelector("#first-trust")!.TextContent);
    }

    [Fact]
    public async Task The_start_has_the_latest_publishes_that_its_visitor_may_read()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var alice = await world.App.SignedInAsync("alice");
        await world.App.SignedInAsync("bob");
        await world.App.PublishedAsync(alice, new TestPackage("@acme/open", "1.0.0") { Manifest = new JsonObject { ["description"] = "Opens & closes" } });
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.App.PublishedForTeamsAsync(alice, new TestPackage("@acme/closed", "1.0.0"));
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.PublishFromGithubAsync("1.0.0");
        var (nobody, bob, owner) = (new Browser(world.App), new Browser(world.App), new Browser(world.App));
        await bob.SignInAsync("bob");
        await owner.SignInAsync("alice");

        await nobody.OpenAsync("/");
        await bob.OpenAsync("/");
        await owner.OpenAsync("/");

        Assert.DoesNotContain("@acme/", nobody.Document.QuerySelector("section[aria-labelledby=recent]")!.TextContent);
        Assert.Equal(["@acme/hello 1.0.0", "@acme/open 1.0.0"], bob.Document.QuerySelectorAll("main li h3 a").Select(link => link.TextContent));
        Assert.Equal(["@acme/hello 1.0.0", "@acme/closed 1.0.0", "@acme/open 1.0.0"], owner.Document.QuerySelectorAll("main li h3 a").Select(link => link.TextContent));
        Assert.Equal(["from CI", "by hand"], bob.Document.QuerySelectorAll("main li .mark").Select(mark => mark.TextContent));
        Assert.Contains("Opens & closes", bob.Text);
        Assert.Equal("/-/packages/@acme/hello/v/1.0.0", bob.Document.QuerySelector("main li h3 a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task What_came_since_the_visit_before_is_marked_for_its_visitor()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Pages:VisitMinutes=30"]);
        var alice = await app.SignedInAsync("alice", isAdministrator: true);
        await app.PublishedAsync(alice, new TestPackage("@acme/old", "1.0.0"));
        await app.SignedInAsync("bob");
        var (bob, nobody) = (new Browser(app), new Browser(app));
        await bob.SignInAsync("bob");
        await bob.OpenAsync("/");
        Assert.Empty(NewTo(bob));

        app.Clock.Advance(TimeSpan.FromMinutes(31));
        await app.PublishedAsync(alice, new TestPackage("@acme/young", "1.0.0"));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await bob.OpenAsync("/");
        Assert.Equal(["@acme/young 1.0.0"], NewTo(bob));
        Assert.Contains("1 since you were here last, on", bob.Text);
        app.Clock.Advance(TimeSpan.FromMinutes(29));
        await bob.OpenAsync("/");
        Assert.Equal(["@acme/young 1.0.0"], NewTo(bob));
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        await bob.OpenAsync("/");
        Assert.Empty(NewTo(bob));

        await nobody.OpenAsync("/");
        Assert.DoesNotContain("assay-visit", nobody.Cookies.Keys);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("0-99999999999999999999")]
    [InlineData("9999999999999-9999999999999")]
    [InlineData("1-2-3")]
    public async Task A_visit_that_was_made_up_marks_nothing_and_is_forgotten(string made)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice", isAdministrator: true), new TestPackage("@acme/old", "1.0.0"));
        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        browser.Cookies["assay-visit"] = made;

        await browser.OpenAsync("/");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Empty(NewTo(browser));
        Assert.Equal($"0-{app.Clock.GetUtcNow().ToUnixTimeMilliseconds()}", browser.Cookies["assay-visit"]);
    }

    [Fact]
    public async Task The_start_leads_to_what_waits_for_approval()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice", isAdministrator: true);
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.StagedAsync(alice, new TestPackage("@acme/x", "1.1.0"));
        await app.SignedInAsync("stranger");

        var owner = await Browser.AtAsync(app, "alice", "/");
        var stranger = await Browser.AtAsync(app, "stranger", "/");

        Assert.Contains("1 staged version waits for approval.", owner.Text);
        Assert.DoesNotContain("waits for approval", stranger.Text);
    }

    private static IEnumerable<string> NewTo(Browser browser) => browser.Document.QuerySelectorAll("main li")
        .Where(item => item.QuerySelectorAll(".mark").Any(mark => mark.TextContent == "new"))
        .Select(item => item.QuerySelector("h3 a")!.TextContent);

    [Fact]
    public async Task A_search_is_shown_in_parts()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        for (var number = 0; number < 45; number++)
        {
            await app.PublishedAsync(alice, new TestPackage($"@acme/part-{number:00}", "1.0.0"));
        }
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/part-hidden", "1.0.0"));
        await app.SignedInAsync("bob");
        var bob = new Browser(app);
        await bob.SignInAsync("bob");

        await bob.OpenAsync("/-/search?q=part");
        List<string> seen = [.. Names(bob)];
        Assert.Contains("1 to 20 of 45", bob.Text);
        Assert.Null(bob.Document.QuerySelector("a[rel=prev]"));
        while (bob.Document.QuerySelector("a[rel=next]")?.GetAttribute("href") is { } next)
        {
            await bob.OpenAsync(next);
            seen.AddRange(Names(bob));
        }

        Assert.Contains("41 to 45 of 45", bob.Text);
        Assert.Equal("/-/search?q=part&from=20", bob.Document.QuerySelector("a[rel=prev]")!.GetAttribute("href"));
        Assert.Equal([.. Enumerable.Range(0, 45).Select(number => $"@acme/part-{number:00}")], seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("' onfocus=alert(1) autofocus='")]
    [InlineData("keywords:</title><img src=x onerror=alert(1)>")]
    [InlineData("%00 \u202E \uD83D\uDE00 {{7*7}} ${1}")]
    [InlineData("(((\"not:\" OR 1=1; --")]
    public async Task A_search_for_hostile_text_finds_nothing_and_shows_it_as_text(string text)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        var browser = new Browser(app);

        await browser.OpenAsync($"/-/search?q={Uri.EscapeDataString(text)}&from=-5");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains($"No package that you may read has", browser.Text);
        Assert.Equal(text.Trim(), browser.Document.QuerySelector("main strong")!.TextContent);
        Inert.ShouldBe(browser.Document);
        Assert.Empty(browser.Document.QuerySelectorAll("main [autofocus], main img"));
    }

    private static IEnumerable<string> Names(Browser browser) => browser.Document.QuerySelectorAll("main li h2 a").Select(link => link.TextContent);
}
