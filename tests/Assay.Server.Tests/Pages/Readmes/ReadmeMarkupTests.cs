using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Assay.Npm;
using Assay.Server.Pages.Readmes;

namespace Assay.Server.Tests.Pages.Readmes;

/// <summary>What readers see of a readme.</summary>
public sealed class ReadmeMarkupTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static readonly PackageName Name = PackageName.TryParse("@acme/x", out var name) ? name : throw new InvalidOperationException();

    [Fact]
    public void Headings_begin_below_the_pages_own_and_skip_no_level()
    {
        var shown = Shown("# A\n\n### B\n\n### C\n\n## D\n\n# E\n\n<h4>F</h4>");

        Assert.Equal("h2 A,h3 B,h3 C,h3 D,h2 E,h3 F", string.Join(',', shown.QuerySelectorAll("h1,h2,h3,h4,h5,h6").Select(heading => $"{heading.LocalName} {heading.TextContent}")));
    }

    [Fact]
    public void Headings_can_be_linked_to_and_links_within_the_readme_follow_their_names()
    {
        var shown = Shown("## Getting *started*!\n\n## Getting started\n\n[a](#getting-started) [b](#Getting-Started-1) <a name=\"more\"></a>[c](#more)");

        Assert.Equal(["readme-getting-started", "readme-getting-started-1"], shown.QuerySelectorAll("h2").Select(heading => heading.Id));
        Assert.Equal(["#readme-getting-started", "#readme-getting-started-1", "#readme-more"], shown.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")));
        Assert.NotNull(shown.QuerySelector("a#readme-more"));
    }

    [Fact]
    public void What_is_in_the_package_is_shown_and_what_is_elsewhere_is_linked()
    {
        var shown = Shown("![Logo](./docs/my%20logo.png?raw=true) ![Badge](https://img.shields.example/x.svg) ![Drawing](drawing.svg) ![Gone](gone.png)");

        var image = Assert.Single(shown.QuerySelectorAll("img"));
        Assert.Equal("/npm/-/packages/@acme/x/v/1.0.0/raw/docs/my%20logo.png", image.GetAttribute("src"));
        Assert.Equal("Logo", image.GetAttribute("alt"));
        Assert.Equal(
            ["Badge https://img.shields.example/x.svg", $"Drawing https://github.com/acme/mono/blob/{Commit}/packages/x/drawing.svg", $"Gone https://github.com/acme/mono/blob/{Commit}/packages/x/gone.png"],
            shown.QuerySelectorAll("a").Select(link => $"{link.TextContent} {link.GetAttribute("href")}"));
    }

    [Fact]
    public void A_badge_that_is_a_link_keeps_its_own_target()
    {
        var shown = Shown("[![Build](https://ci.example/badge.svg)](https://ci.example/acme)");

        var link = Assert.Single(shown.QuerySelectorAll("a"));
        Assert.Equal("Build https://ci.example/acme", $"{link.TextContent} {link.GetAttribute("href")}");
        Assert.Equal("nofollow noopener noreferrer ugc", link.GetAttribute("rel"));
    }

    [Fact]
    public void Hosts_that_the_operator_named_are_shown_and_are_not_told_where_readers_come_from()
    {
        var shown = Shown("![a](https://images.example/a.png) ![b](http://images.example/b.png) ![c](https://images.example.evil/c.png)", hosts: ["images.example"]);

        var image = Assert.Single(shown.QuerySelectorAll("img"));
        Assert.Equal("https://images.example/a.png", image.GetAttribute("src"));
        Assert.Equal("no-referrer", image.GetAttribute("referrerpolicy"));
    }

    [Theory]
    [InlineData("docs/a.md", "/packages/x/docs/a.md")]
    [InlineData("./docs/a.md#part", "/packages/x/docs/a.md#part")]
    [InlineData("../y/README.md", "/packages/y/README.md")]
    [InlineData("/LICENSE", "/LICENSE")]
    [InlineData("a b.md", "/packages/x/a%20b.md")]
    [InlineData("a%2520b.md", "/packages/x/a%2520b.md")]
    public void Relative_links_lead_to_the_source_at_its_commit(string written, string expected)
    {
        var shown = Shown($"[x](<{written}>)");

        Assert.Equal($"https://github.com/acme/mono/blob/{Commit}{expected}", shown.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void What_leads_nowhere_stays_as_text()
    {
        var shown = Shown("[out](../../../etc/passwd) and [run](javascript:alert) and [user](https://good.example@evil.example)");

        Assert.Empty(shown.QuerySelectorAll("a"));
        Assert.Equal("out and run and user", shown.TextContent.Trim());
    }

    [Fact]
    public void Without_a_source_relative_links_are_text()
    {
        var shown = Shown("[x](docs/a.md) ![y](gone.png)", hasSource: false);

        Assert.Empty(shown.QuerySelectorAll("a, img"));
        Assert.Equal("x y", shown.TextContent.Trim());
    }

    [Fact]
    public void Tables_and_code_scroll_by_themselves_and_can_be_reached_with_the_keyboard()
    {
        var shown = Shown("| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n```js\nconst a = 1 < 2;\n```");

        var boxes = shown.QuerySelectorAll(".readme-scroll");
        Assert.Equal(["Table", "Code"], boxes.Select(box => box.GetAttribute("aria-label")));
        Assert.All(boxes, box => Assert.Equal("0", box.GetAttribute("tabindex")));
        Assert.Equal(["readme-center", "readme-right", "readme-center", "readme-right"], shown.QuerySelectorAll("th,td").Select(cell => cell.ClassName));
        Assert.Equal("const a = 1 < 2;\n", shown.QuerySelector("pre code")!.TextContent);
    }

    [Fact]
    public void Tasks_are_shown_and_cannot_be_ticked()
    {
        var boxes = Shown("- [x] a\n- [ ] b").QuerySelectorAll("input");

        Assert.Equal(["Done", "To do"], boxes.Select(box => box.GetAttribute("aria-label")));
        Assert.All(boxes, box => Assert.True(box.HasAttribute("disabled")));
    }

    [Fact]
    public void The_usual_html_of_readmes_is_kept()
    {
        var shown = Shown("<p align=\"center\">\n<img src=\"docs/my logo.png\" width=\"120\">\n</p>\n\n<details>\n<summary>More</summary>\n\n**bold** ~~gone~~ H<sub>2</sub>O <kbd>Ctrl</kbd>\n\n</details>\n\nA[^1]\n\n[^1]: note");

        Assert.Equal("120", shown.QuerySelector("p.readme-center img")!.GetAttribute("width"));
        Assert.Equal("bold", shown.QuerySelector("details strong")!.TextContent);
        Assert.Equal("gone", shown.QuerySelector("details del")!.TextContent);
        var use = shown.QuerySelector("sup")!.ParentElement!;
        Assert.Equal("a", use.LocalName);
        Assert.NotNull(shown.GetElementById(use.GetAttribute("href")![1..]));
    }

    [Fact]
    public void A_readme_that_is_no_markdown_is_shown_as_it_is_written()
    {
        var html = ReadmeMarkup.Render("= Title <b> =", isMarkdown: false, LinksOf());

        Assert.Contains("<pre class=\"readme-plain\">= Title &lt;b&gt; =</pre>", html, StringComparison.Ordinal);
    }

    private static ReadmeLinks LinksOf(bool hasSource = true, string[]? hosts = null) => new(
        "/npm", Name, "1.0.0",
        new[] { "docs/my logo.png", "drawing.svg" }.ToDictionary(path => path, path => new IndexedFile(path, 10, "", 0)),
        hasSource && SourceTree.TryRead("git+https://github.com/acme/mono.git", Commit, "packages/x", null, out var tree) ? tree : null,
        hosts ?? []);

    private static IDocument Parsed(string html) => new HtmlParser().ParseDocument($"<!doctype html><body>{html}");

    private static ShownReadme Shown(string text, bool hasSource = true, string[]? hosts = null) =>
        new(Parsed(ReadmeMarkup.Render(text, isMarkdown: true, LinksOf(hasSource, hosts))));

    private sealed record ShownReadme(IDocument Document)
    {
        public string TextContent => Document.Body!.TextContent;

        public IHtmlCollection<IElement> QuerySelectorAll(string selectors) => Document.QuerySelectorAll(selectors);

        public IElement? QuerySelector(string selectors) => Document.QuerySelector(selectors);

        public IElement? GetElementById(string id) => Document.GetElementById(id);
    }
}
