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
        File.AppendAllText("/tmp/hostile.txt", $"{took.TotalMilliseconds,8:0} {html.Length,9} {(html.Contains("readme-note", StringComparison.Ordinal) ? "plain" : "ok"),6} {what}\n");

        Assert.True(took < TimeSpan.FromSeconds(10), $"{what} took {took}");
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
