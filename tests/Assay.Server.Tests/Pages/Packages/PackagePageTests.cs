using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>A package's pages: how it is installed, what is said of it, its versions, its files and who needs it.</summary>
public sealed class PackagePageTests : IAsyncLifetime
{
    private const string Gif = "GIF89a\0picture";

    private RegistryApp app = null!;
    private string alice = null!;
    private Browser browser = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync(["--Assay:Packages:LongestShownLine=80", "--Assay:Packages:LargestShownFile=2000"]);
        alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        browser = new Browser(app);
        await browser.SignInAsync("alice");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("@acme/x", "@acme:registry=", "npmScopes.acme")]
    [InlineData("plain", "registry=", "npmRegistryServer http")]
    public async Task It_says_how_it_is_installed_from_here(string name, string setting, string yarn)
    {
        await app.PublishedAsync(alice, new TestPackage(name, "1.0.0"));

        await browser.OpenAsync($"/-/packages/{name}");

        Assert.Equal($"{setting}{app.Url}", browser.Document.QuerySelector("#setting")!.TextContent);
        foreach (var (client, command) in new[] { ("npm", "npm install"), ("pnpm", "pnpm add"), ("yarn", "yarn add"), ("bun", "bun add") })
        {
            Assert.Equal($"{command} {name}", browser.Document.QuerySelector($"#{client}")!.TextContent);
        }
        Assert.Contains(yarn, browser.Document.QuerySelector("#yarn4")!.TextContent);
        Assert.Contains($"npm login --registry {app.Url}", browser.Text);
    }

    [Fact]
    public async Task It_says_what_its_newest_version_says_and_which_tags_there_are()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "2.0.0-rc.1") { Tag = "next" });
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0")
        {
            Manifest = new JsonObject
            {
                ["description"] = "Does <this> & that",
                ["license"] = "Apache-2.0",
                ["keywords"] = new JsonArray("one", "two words"),
                ["homepage"] = "https://acme.example/x",
                ["repository"] = "github:acme/x",
                ["dependencies"] = new JsonObject { ["@acme/y"] = "^1.0.0" },
                ["peerDependencies"] = new JsonObject { ["z"] = ">=2" },
            },
        });
        var document = await app.PackumentAsync(alice, "@acme/x");
        document["versions"]!["1.1.0"]!["deprecated"] = "use 2";
        await (await app.PutAsync("/@acme%2fx", alice, document)).ShouldBeAsync(HttpStatusCode.OK);

        await browser.OpenAsync("/-/packages/@acme/x");

        Assert.Contains("Does <this> & that", browser.Text);
        Assert.Contains("Deprecated: use 2", browser.Text);
        Assert.Contains("latest 1.1.0 next 2.0.0-rc.1", browser.Text);
        Assert.Contains("@acme/y ^1.0.0", browser.Text);
        Assert.Contains("z >=2 (peer)", browser.Text);
        Assert.Contains("Licence Apache-2.0", browser.Text);
        Assert.Contains("Nothing is proved about how it was built.", browser.Text);
        Assert.Equal("https://acme.example/x", Link("acme.example/x"));
        Assert.Equal("/-/packages/@acme/y", Link("@acme/y"));
        Assert.Equal("/-/search?q=keywords%3Atwo%20words", Link("two words"));
        Assert.Equal("/-/packages/@acme/x/v/2.0.0-rc.1", Link("2.0.0-rc.1"));
        Assert.Equal("Hello", browser.Document.QuerySelector(".readme h2")!.TextContent);
    }

    [Fact]
    public async Task When_every_version_is_gone_it_says_so_and_the_other_pages_still_answer()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var revision = (string?)(await app.PackumentAsync(alice, "@acme/x"))["_rev"];
        await (await app.DeleteAsync($"/@acme%2fx/-rev/{revision}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        await browser.OpenAsync("/-/packages/@acme/x");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains("Every version was unpublished. The name stays with its owners.", browser.Text);
        foreach (var (address, status) in new[] { ("/versions", HttpStatusCode.OK), ("/dependents", HttpStatusCode.OK), ("/files", HttpStatusCode.NotFound), ("/v/1.0.0", HttpStatusCode.NotFound), ("/files/1.0.0", HttpStatusCode.NotFound) })
        {
            await browser.OpenAsync($"/-/packages/@acme/x{address}");
            Assert.True(browser.Status == status, $"{address} answered {browser.Status}:\n{browser.Text}");
        }
    }

    [Fact]
    public async Task Versions_are_listed_in_parts_the_newest_first()
    {
        for (var number = 0; number < 53; number++)
        {
            await app.PublishedAsync(alice, new TestPackage("@acme/x", $"1.{number}.0"));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await browser.OpenAsync("/-/packages/@acme/x/versions");
        Assert.Contains("1 to 50 of 53", browser.Text);
        var first = browser.Document.QuerySelectorAll("tbody th a").Select(link => link.TextContent).ToList();
        Assert.Equal("latest", browser.Document.QuerySelector("tbody tr .mark.gold")!.TextContent);
        await browser.OpenAsync(browser.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        Assert.Equal(("1.52.0", "1.3.0"), (first[0], first[^1]));
        Assert.Equal(["1.2.0", "1.1.0", "1.0.0"], browser.Document.QuerySelectorAll("tbody th a").Select(link => link.TextContent));
        Assert.Equal("/-/packages/@acme/x/versions", browser.Document.QuerySelector("a[rel=prev]")!.GetAttribute("href"));
        Assert.Null(browser.Document.QuerySelector("a[rel=next]"));
    }

    [Fact]
    public async Task Files_are_listed_opened_and_shown_as_pictures_where_they_are_some()
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0")
        {
            Files =
            [
                ("package/index.js", $"one\n<b>two</b>\n{new string('m', 200)}"), ("package/logo.gif", Gif), ("package/evil.svg", "<svg/>"), ("package/binary.dat", "a\0b"), ("package/large.js", new string('x', 2001)),
                ("package/a b/#1 100%.js", "odd"),
            ],
        });

        await browser.OpenAsync("/-/packages/@acme/x/files/1.0.0");
        Assert.Equal(["a b/#1 100%.js", "binary.dat", "evil.svg", "index.js", "large.js", "logo.gif", "package.json"], browser.Document.QuerySelectorAll("tbody th a").Select(link => link.TextContent));
        await browser.OpenAsync(Link("a b/#1 100%.js"));
        Assert.Contains("1odd", browser.Document.QuerySelector("table.lines")!.TextContent.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains("<b>two</b>", await FileAsync("index.js"));
        Assert.Contains(new string('m', 80) + " …", browser.Text);
        Assert.Contains("It is no text.", await FileAsync("binary.dat"));
        Assert.Contains("It is larger than what is shown here", await FileAsync("large.js"));
        Assert.Contains("has no file ../x", await FileAsync("../x"));
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        await FileAsync("logo.gif");
        var image = browser.Document.QuerySelector("main img")!.GetAttribute("src")!;

        Assert.Equal("/-/packages/@acme/x/v/1.0.0/raw/logo.gif", image);
        Assert.Equal(Gif, await browser.OpenAsync(image));
        Assert.Contains("sandbox", browser.ContentPolicy);
        var bob = new Browser(app);
        await bob.SignInAsync("bob");
        await bob.OpenAsync(image);
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
    }

    [Fact]
    public async Task What_is_left_out_of_a_file_is_told_between_its_parts_alone()
    {
        var lines = Enumerable.Range(0, 60).Select(number => $"line {number}").ToArray();
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0") { Files = [("package/index.js", string.Join('\n', lines))] });
        (lines[5], lines[50]) = ("changed", "changed too");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0") { Files = [("package/index.js", string.Join('\n', lines))] });

        await browser.OpenAsync("/-/packages/@acme/x/compare/1.0.0/1.1.0?path=index.js");

        var rows = browser.Document.QuerySelectorAll("div[aria-label='Lines of index.js'] tr").ToList();
        var gap = Assert.Single(rows, row => row.QuerySelector("td.gap[colspan='4']") is not null);
        Assert.True(rows.IndexOf(gap) > 0 && gap != rows[^1]);
    }

    [Fact]
    public async Task Two_versions_are_compared_line_by_line()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0") { Files = [("package/index.js", "one\ntwo\n"), ("package/gone.js", "x")] });
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0")
        {
            Manifest = new JsonObject { ["scripts"] = new JsonObject { ["postinstall"] = "node evil.js" } },
            Files = [("package/index.js", "one\n2\n"), ("package/new.js", "y")],
        });

        await browser.OpenAsync("/-/packages/@acme/x/versions");
        var form = browser.Document.QuerySelector("main form[method=get]")!;
        string Chosen(string name) => form.QuerySelector($"select[name={name}] option[selected]")!.TextContent;
        await browser.OpenAsync($"{form.GetAttribute("action")}?before={Chosen("before")}&now={Chosen("now")}");

        Assert.Contains("From 1.0.0 to 1.1.0", browser.Text);
        Assert.Contains("now runs a script when it is installed", browser.Text);
        Assert.Contains("scripts: postinstall|none|node evil.js", browser.Document.QuerySelectorAll("div[aria-label='Changes of package.json'] tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
        Assert.Equal(["gone.js removed", "index.js changed", "new.js added", "package.json changed"], browser.Document.QuerySelectorAll("div[aria-label='Files that differ'] tbody tr")
            .Select(row => $"{row.QuerySelector("th")!.TextContent} {row.QuerySelector("td")!.TextContent}").Order(StringComparer.Ordinal));
        Assert.Contains("two", browser.Document.QuerySelector("div[aria-label='Lines of index.js'] tr.removed")!.TextContent);
        Assert.Contains("2", browser.Document.QuerySelector("div[aria-label='Lines of index.js'] tr.added")!.TextContent);
        await browser.OpenAsync("/-/packages/@acme/x/compare/1.0.0/9.9.9");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        Assert.Contains("@acme/x has no version 9.9.9", browser.Text);
    }

    [Fact]
    public async Task Those_that_need_it_are_listed_as_far_as_the_visitor_may_read_them()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, Needing("@acme/open"));
        await app.PublishedForTeamsAsync(alice, Needing("@acme/closed"));
        var bob = new Browser(app);
        await bob.SignInAsync("bob");

        await browser.OpenAsync("/-/packages/@acme/x/dependents");
        await bob.OpenAsync("/-/packages/@acme/x/dependents");

        Assert.Equal(["@acme/closed", "@acme/open"], browser.Document.QuerySelectorAll("tbody th a").Select(link => link.TextContent).Order(StringComparer.Ordinal));
        Assert.Equal(["@acme/open"], bob.Document.QuerySelectorAll("tbody th a").Select(link => link.TextContent));
        Assert.Contains("@acme/open 1.0.0 ^1.0.0", bob.Text);
        await bob.OpenAsync("/-/packages/@acme/x");
        Assert.Contains("Dependents 1", bob.Text);
        await bob.OpenAsync("/-/packages/@acme/open/dependents");
        Assert.Contains("No package here that you may read needs it", bob.Text);
    }

    private static TestPackage Needing(string name) => new(name, "1.0.0") { Manifest = new JsonObject { ["dependencies"] = new JsonObject { ["@acme/x"] = "^1.0.0" } } };

    private string Link(string text)
    {
        var link = browser.Document.QuerySelectorAll("main a").FirstOrDefault(link => link.TextContent == text);
        Assert.True(link is not null, $"No link {text} in:\n{browser.Text}");
        return link.GetAttribute("href")!;
    }

    private async Task<string> FileAsync(string path)
    {
        await browser.OpenAsync($"/-/packages/@acme/x/files/1.0.0?path={Uri.EscapeDataString(path)}");
        return browser.Text;
    }
}
