using System.Diagnostics;
using System.Globalization;
using System.Text;
using Assay.Npm;
using Assay.Server.Pages.Readmes;

namespace Assay.Server.Tests.Pages.Readmes;

/// <summary>A megabyte of what parsers choke on costs no more than seconds, and never the process.</summary>
public sealed class HostileReadmeTests
{
    private const int Size = 1 << 20;

    private static readonly ReadmeLinks Links = new(
        "", PackageName.TryParse("x", out var name) ? name : throw new InvalidOperationException(), "1.0.0", new Dictionary<string, IndexedFile>(), source: null, []);

    public static TheoryData<string, string> Shapes => new()
    {
        { "quotes", "> " },
        { "quotes without a blank", ">" },
        { "lists", "- " },
        { "numbered", "1. " },
        { "brackets", "[" },
        { "closing brackets", "]" },
        { "pairs", "[]" },
        { "links", "[a](" },
        { "nested links", "[a](b" },
        { "images", "![" },
        { "image pairs", "![](" },
        { "stars", "*" },
        { "star words", "*a " },
        { "mixed emphasis", "*a **b _c " },
        { "both emphasis", "*a_ " },
        { "underscores", "_a" },
        { "tildes", "~a ~~b " },
        { "backticks", "`" },
        { "growing ticks", "` `` ``` ```` " },
        { "ticks", "`a``b" },
        { "angles", "<" },
        { "tags", "<b>" },
        { "different tags", "<b id=\"@\">" },
        { "tags and paragraphs", "<b id=\"@\"><p>" },
        { "anchors", "<a href=\"@\">" },
        { "divs", "<div>\n" },
        { "tables", "<table><tr><td>" },
        { "table text", "<table>a<b>" },
        { "comments", "<!-- " },
        { "instructions", "<?" },
        { "cdata", "<![CDATA[" },
        { "declarations", "<!A " },
        { "attributes", "<a b=\"" },
        { "entities", "&" },
        { "entities in full", "&amp;" },
        { "backslashes", "\\" },
        { "pipes", "|" },
        { "piped lines", "|a|b\n" },
        { "pipe table", "|a|b\n|-|-\n" },
        { "cells", "|a" },
        { "dashes", "-" },
        { "ruled", "a\n-\n" },
        { "headings", "# a\n" },
        { "equal headings", "## readme\n\n" },
        { "footnotes", "[^@]: a\n\n" },
        { "footnote uses", "[^a] " },
        { "definitions", "[@]: /b\n" },
        { "addresses", "http://a.b/@ " },
        { "address", "www.a." },
        { "mails", "a@b." },
        { "tasks", "- [ ] a\n" },
        { "fences", "```@\n" },
        { "tilde fences", "~~~\n" },
        { "blank lines", "\n" },
        { "list blank", "-\n\n" },
        { "spaces", " " },
        { "indented lists", "- a\n " },
        { "quotes in lists", "- > " },
        { "breaks", "a  \n" },
        { "parentheses", "(" },
        { "svg", "<svg>" },
        { "noscript", "<noscript>" },
        { "pre", "<pre>" },
        { "details", "<details><summary>" },
        { "closing", "</b></p>" },
        { "quote lines", "> a\n" },
        { "tabs", "\t" },
        { "emphasis in brackets", "*[a " },
        { "html blocks", "<div>\n\n" },
        { "lines of quotes", "> > > > a\n" },
        { "links whole", "[a](b) " },
        { "emphases", "*a* " },
        { "strong", "**a" },
        { "ends of emphasis", "a**" },
        { "ends", "a*b" },
        { "nul", "\0" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Repetition_costs_seconds_at_most(string what, string piece)
    {
        var text = Repeat(piece);
        ReadmeMarkup.Render("warm *up*", isMarkdown: true, Links);

        var began = Stopwatch.GetTimestamp();
        var html = ReadmeMarkup.Render(text, isMarkdown: true, Links);
        var took = Stopwatch.GetElapsedTime(began);

        Assert.True(took < TimeSpan.FromSeconds(10), $"{what} took {took}");
        Assert.InRange(html.Length, 0, 8 * Size);
    }

    // Each is under the bound on whole paragraphs, by a little.
    [Theory]
    [InlineData("[a](")]
    [InlineData("[")]
    [InlineData("*a **b _c ")]
    [InlineData("`a``b")]
    [InlineData("<a b=\"")]
    public void Paragraphs_just_short_enough_cost_seconds_at_most(string piece)
    {
        var text = Repeat(piece)[..40_000];

        var began = Stopwatch.GetTimestamp();
        ReadmeMarkup.Render(text, isMarkdown: true, Links);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Rows_are_not_filled_up_to_millions_of_cells()
    {
        var text = $"{Repeat("|a")[..8_000]}\n{Repeat("|-")[..8_000]}\n{Repeat("|a\n")[..60_000]}";

        var html = ReadmeMarkup.Render(text, isMarkdown: true, Links);

        Assert.Contains("readme-note", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_definition_is_not_written_a_thousand_times()
    {
        var text = $"[a]: /{Repeat("b")[..300_000]}\n\n{string.Concat(Enumerable.Repeat("[a]\n\n", 2_000))}";

        var html = ReadmeMarkup.Render(text, isMarkdown: true, Links);

        Assert.Contains("readme-note", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_readme_of_the_usual_kind_is_formatted()
    {
        var part = "## Heading @\n\nSome *text* with `code`, a [link](https://a.example/@) and [another](docs/@.md).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
            + "```js\nconst a = require('a');\nconsole.log(a.something({ with: 'some', more: ['words', 'in', 'it'] }));\n```\n\n" + new string('w', 400) + "\n\n";

        var html = ReadmeMarkup.Render(Repeat(part), isMarkdown: true, Links);

        Assert.DoesNotContain("readme-note", html, StringComparison.Ordinal);
    }

    private static string Repeat(string piece)
    {
        var text = new StringBuilder(Size);
        for (var at = 0; text.Length < Size; at++)
        {
            text.Append(piece.Replace("@", at.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
        return text.ToString(0, Size);
    }
}
